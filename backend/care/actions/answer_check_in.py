"""Saying how one is after a session (D21)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction

from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_visit_for, visits_for
from backend.audit.actions import record
from backend.care.aftercare import due_after
from backend.care.enums import AlarmSymptom, CheckInPoint
from backend.care.errors import CheckInNotDue
from backend.care.event_types import CheckInAnswered
from backend.care.models import CheckIn
from backend.care.queries.check_ins import is_asked_after
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission
from backend.common.walltime import local_date_of, minute_of, zone
from backend.events.actions import publish
from backend.patients.queries.screenings import party_of
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How somebody is: soreness from 0 to 10, light-headed or not, and what is alarming."""

    point: CheckInPoint
    soreness: int
    is_light_headed: bool
    alarms: Collection[AlarmSymptom] = ()


def answer_check_in(actor: Actor, *, appointment_id: uuid.UUID, answer: Answer) -> CheckIn:
    """Keep what the patient's side says, or the clinic for a patient who called; once for each point. An alarming
    answer asks the clinic to see to it at once.

    Raises NotFound, PermissionDenied, CheckInNotDue, AlreadyExists.
    """
    visit = get_visit_for(actor, appointment_id)
    if not visits_for(actor, Permission.CHECK_IN_ANSWER).filter(pk=visit.pk).exists():
        raise PermissionDenied  # a guardian who may see visits, and is not asked about health
    with transaction.atomic():
        now = clock.now()
        _require_open(visit, answer.point, now)
        row = _keep(actor, visit, answer, now)
        if row.is_alarming:
            open_tasks(wanted=[_alarm(visit, row)], reason="a check-in asks for somebody at once")
        publish(
            CheckInAnswered(
                subject_id=row.pk,
                clinic_id=visit.clinic_id,
                appointment_id=visit.pk,
                patient_id=visit.patient_id,
                point=row.point,
            )
        )
        record(
            actor,
            "check_in.answered",
            subject_type="check_in",
            subject_id=row.pk,
            patient_id=visit.patient_id,
            clinic_id=visit.clinic_id,
            after={"point": row.point, "party": row.party},
        )
    return row


def _require_open(visit: Appointment, point: CheckInPoint, now: datetime) -> None:
    due = next(one for one in due_after(visit.ends_at) if one.point == point)
    is_asked = is_asked_after(visit)
    if is_asked and due.opens_at <= now < due.closes_at:
        return
    where = zone(visit.timezone)
    window = {"opens_at": due.opens_at.astimezone(where), "closes_at": due.closes_at.astimezone(where)}
    told = window if is_asked else dict.fromkeys(window)
    raise CheckInNotDue(members={**told, "clinic_phone": str(visit.clinic.phone)})


def _keep(actor: Actor, visit: Appointment, answer: Answer, now: datetime) -> CheckIn:
    # Of two at once the constraint lets one in.
    made: CheckIn = CheckIn.objects.create(
        appointment=visit,
        point=answer.point,
        soreness=answer.soreness,
        is_light_headed=answer.is_light_headed,
        alarms=sorted({alarm.value for alarm in answer.alarms}),
        answered_at=now,
        answered_by_id=actor.user_id,
        party=party_of(actor, cast(uuid.UUID, visit.patient_id)),  # only holds have none
    )
    return made


def _alarm(visit: Appointment, row: CheckIn) -> NewTask:
    return NewTask(
        clinic_id=visit.clinic_id,
        kind=TaskKind.CHECK_IN_REVIEW,
        text="Call the patient at once: a check-in after the visit needs a physiotherapist.",
        due_date=local_date_of(minute_of(row.answered_at), zone(visit.timezone)),
        dedupe_key=f"check-in-review:{visit.pk}:{row.point}",
        is_urgent=True,
        appointment_id=visit.pk,
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
    )

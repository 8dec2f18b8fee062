"""Telling that check-ins have come due, and asking the clinic to call who answered none (D21)."""

from collections.abc import Sequence

from django.db import transaction

from backend.appointments.models import Appointment
from backend.care.aftercare import Due
from backend.care.event_types import CheckInDue
from backend.care.models import CheckInCall
from backend.care.queries.check_ins import due_now, unanswered
from backend.common import clock
from backend.common.walltime import local_date_of, minute_of, zone
from backend.events.actions import publish_all
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind


def call_for_check_ins() -> int:
    """Publish that a check-in can be answered, once for each, and open a task for each visit whose patient was called
    for and answered none in time. How many came due."""
    now = clock.now()
    with transaction.atomic():
        called = _called_first(due_now(now))
        publish_all(
            CheckInDue(
                subject_id=visit.pk,
                clinic_id=visit.clinic_id,
                patient_id=visit.patient_id,
                point=due.point,
                closes_at=due.closes_at,
            )
            for visit, due in called
        )
    open_tasks(wanted=[_missed(visit) for visit in unanswered(now)], reason="no check-in was answered")
    return len(called)


def _called_first(due: Sequence[tuple[Appointment, Due]]) -> list[tuple[Appointment, Due]]:
    """Those that nobody has called for: a twin in flight is waited for, and what it called for is not among them."""
    rows = [CheckInCall(appointment=visit, point=one.point) for visit, one in due]
    CheckInCall.objects.bulk_create(rows, ignore_conflicts=True)
    new = set(CheckInCall.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [one for one, row in zip(due, rows, strict=True) if row.pk in new]


def _missed(visit: Appointment) -> NewTask:
    return NewTask(
        clinic_id=visit.clinic_id,
        kind=TaskKind.CHECK_IN_MISSED,
        text=f"{visit.local_start.replace('T', ' ')}: call the patient, who answered no check-in after the visit.",
        due_date=local_date_of(minute_of(clock.now()), zone(visit.timezone)),
        dedupe_key=f"check-in-missed:{visit.pk}",
        appointment_id=visit.pk,
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
    )

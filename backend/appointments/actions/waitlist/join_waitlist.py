"""Waiting for a time to become free."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from backend.appointments.actions.waitlist._given_back import get_visit_to_give_back
from backend.appointments.actions.waitlist.look_for_time import look_for_time
from backend.appointments.actions.whom import named, require_verified_email, whom
from backend.appointments.actions.wish import refusal
from backend.appointments.availability.gate import gate
from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.enums import DayPart, RuleCode
from backend.appointments.event_types import WaitlistJoined
from backend.appointments.models import WaitlistEntry, WaitlistPlace, WaitlistPractitioner, WaitlistWindow
from backend.appointments.rules.facts import Window
from backend.appointments.rules.registry import BY_CODE
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.events.actions import publish


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What would suit. Empty practitioners, weekdays or day parts mean any."""

    service_id: uuid.UUID
    windows: Sequence[Window]
    clinic_ids: Sequence[uuid.UUID]
    practitioner_ids: Sequence[uuid.UUID] = ()
    weekdays: Collection[int] = ()
    day_parts: Collection[DayPart] = ()


def join_waitlist(
    actor: Actor, *, wanted: Wanted, patient_id: uuid.UUID | None = None, gives_back: uuid.UUID | None = None
) -> WaitlistEntry:
    """Wait for a time in the queues of these clinics, behind those who are there. One entry for a patient and service.

    Raises EmailNotVerified, NotFound, PermissionDenied, AlreadyWaiting, ValidationFailed (dates that are over, a
    visit of another patient or service to give back), InvalidTransition (that visit is no longer open), and
    SlotNotBookable where no time could ever be offered: not offered there, or by phone only, or not to this patient
    yet.
    """
    patient = patient_id
    for clinic_id in wanted.clinic_ids:
        require_verified_email(actor, clinic_id=clinic_id)
        patient = whom(actor, patient_id=patient_id, clinic_id=clinic_id)
    whose = named(patient)
    _require_days_to_come(wanted.windows, (clock.now() - timedelta(hours=12)).date())
    _require_service(wanted, whose)
    visit = get_visit_to_give_back(actor, gives_back, service_id=wanted.service_id, patient_id=whose)
    entry = WaitlistEntry(
        patient_id=whose,
        service_id=wanted.service_id,
        weekdays=sorted(set(wanted.weekdays)),
        day_parts=[part.value for part in DayPart if part in wanted.day_parts],
        gives_back=visit,
        entered_by_id=actor.user_id,
    )
    with transaction.atomic():
        _write(entry, wanted)
        publish(WaitlistJoined(subject_id=entry.pk, patient_id=whose, service_id=entry.service_id))
        told = {"service_id": str(entry.service_id), "clinic_ids": [str(clinic) for clinic in wanted.clinic_ids]}
        record(
            actor, "waitlist.joined", subject_type="waitlist_entry", subject_id=entry.pk, patient_id=whose, after=told
        )
        look_for_time(clinic_ids=wanted.clinic_ids, windows=wanted.windows)
    return entry


def _write(entry: WaitlistEntry, wanted: Wanted) -> None:
    entry.save(force_insert=True)
    WaitlistWindow.objects.bulk_create(
        WaitlistWindow(entry=entry, first_date=window.first, last_date=window.last) for window in wanted.windows
    )
    WaitlistPractitioner.objects.bulk_create(
        WaitlistPractitioner(entry=entry, practitioner_id=one) for one in dict.fromkeys(wanted.practitioner_ids)
    )
    WaitlistPlace.objects.bulk_create(
        WaitlistPlace(entry=entry, clinic_id=one) for one in dict.fromkeys(wanted.clinic_ids)
    )


def _require_days_to_come(windows: Sequence[Window], today: date) -> None:
    over = tuple(
        FieldError(f"/windows/{number}/last_date", FieldCode.TOO_SMALL, "These dates are over.")
        for number, window in enumerate(windows)
        if window.last < today
    )
    if over:
        raise ValidationFailed(errors=over)


def _require_service(wanted: Wanted, patient_id: uuid.UUID) -> None:
    """Raise the refusal that no change of the calendar would lift; NotFound for what does not exist."""
    day = min(window.first for window in wanted.windows)
    facts = gather(
        Question(
            service_id=wanted.service_id,
            window=Window(day, max(window.last for window in wanted.windows if window.first == day)),
            clinic_ids=tuple(wanted.clinic_ids),
            practitioner_ids=tuple(wanted.practitioner_ids),
            patient_id=patient_id,
        )
    )
    if code := _never(facts):
        raise refusal([BY_CODE[code]])


def _never(facts: Facts) -> RuleCode | None:
    for place in facts.places:
        is_open = place.clinic.is_active and place.service.is_active
        is_given = any(lane.practitioner.is_active for lane in facts.lanes_at(place))
        if place.clinic.offer is None or not (is_open and is_given):
            return RuleCode.NOT_OFFERED
        if not place.clinic.offer.is_online:
            return RuleCode.ONLINE_BOOKING_OFF
    return gate(facts).code

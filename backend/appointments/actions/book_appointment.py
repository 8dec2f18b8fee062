"""Booking a start outright."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from backend.appointments.actions.advance import begin
from backend.appointments.actions.agreeing import agreeing
from backend.appointments.actions.draft import draft
from backend.appointments.actions.settle import settle
from backend.appointments.actions.take import take
from backend.appointments.actions.whom import named, require_verified_email, whom
from backend.appointments.actions.wish import Override, Wish, check_overrides
from backend.appointments.availability.gather import Facts
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.common.access import Actor
from backend.common.batches import in_one_statement


def book_appointment(
    actor: Actor,
    *,
    service_id: uuid.UUID,
    clinic_id: uuid.UUID,
    starts_at: datetime,
    practitioner_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
    note: str = "",
    overrides: Sequence[Override] = (),
    consents: Sequence[uuid.UUID] = (),
) -> Appointment:
    """Book a start; without a practitioner the server picks who is free, fewest visits that day first. `consents` are
    texts that the patient agreed to as they booked: given with the visit, or not at all (D13).

    Raises EmailNotVerified, NotFound, PermissionDenied, ValidationFailed, OverrideNotAllowed, SlotTaken (with
    alternatives), PatientOverlap, SlotNotBookable, Unavailable.
    """
    require_verified_email(actor, clinic_id=clinic_id)
    patient_id = named(whom(actor, patient_id=patient_id, clinic_id=clinic_id))
    check_overrides(actor, overrides, clinic_id=clinic_id)
    wish = Wish(service_id, clinic_id, starts_at, practitioner_id, patient_id, tuple(overrides))

    def write(facts: Facts, lane: Lane, room: RoomFacts) -> Appointment:
        visit = draft(wish, lane, room, booked_by_id=actor.user_id, booked_at=facts.now, note=note)
        with in_one_statement():
            begin(visit, Status.BOOKED, by=actor.user_id, at=facts.now)
            settle(actor, visit, patient_id)
        return visit

    with agreeing(actor, patient_id, consents):
        return take(wish, write)

"""Booking a start outright."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from backend.appointments.actions.advance import begin
from backend.appointments.actions.draft import draft
from backend.appointments.actions.take import take
from backend.appointments.actions.whom import require_verified_email, whom
from backend.appointments.actions.wish import Override, Wish, check_overrides
from backend.appointments.availability.gather import Facts
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.patients.actions.link_to_clinic import link_to_clinic
from backend.patients.enums import LinkOrigin


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
) -> Appointment:
    """Book a start; without a practitioner the server picks who is free, fewest visits that day first.

    Raises EmailNotVerified, NotFound, PermissionDenied, OverrideNotAllowed, SlotTaken (with alternatives),
    PatientOverlap, SlotNotBookable, Unavailable.
    """
    require_verified_email(actor, clinic_id=clinic_id)
    patient_id = named(whom(actor, patient_id=patient_id, clinic_id=clinic_id))
    check_overrides(actor, overrides, clinic_id=clinic_id)
    wish = Wish(service_id, clinic_id, starts_at, practitioner_id, patient_id, tuple(overrides))

    def write(facts: Facts, lane: Lane, room: RoomFacts) -> Appointment:
        visit = draft(wish, lane, room, booked_by_id=actor.user_id, booked_at=facts.now, note=note)
        begin(visit, Status.BOOKED, by=actor.user_id, at=facts.now)
        settle(actor, visit, patient_id)
        return visit

    return take(wish, write)


def named(patient_id: uuid.UUID | None) -> uuid.UUID:
    """The patient of a visit. Raises ValidationFailed when staff named none."""
    if patient_id is None:
        error = FieldError("/patient_id", FieldCode.REQUIRED, "Say for which patient the visit is.")
        raise ValidationFailed(errors=(error,))
    return patient_id


def settle(actor: Actor, visit: Appointment, patient_id: uuid.UUID) -> None:
    """What every booking brings: the clinic knows the patient from now on, and the deed is written down."""
    link_to_clinic(patient_id=patient_id, clinic_id=visit.clinic_id, origin=LinkOrigin.BOOKING)
    record(
        actor,
        "appointment.booked",
        subject_type="appointment",
        subject_id=visit.pk,
        patient_id=patient_id,
        clinic_id=visit.clinic_id,
        after={
            "starts_at": visit.starts_at.isoformat(),
            "practitioner_id": str(visit.practitioner_id),
            "service_id": str(visit.service_id),
        },
        reason="; ".join(f"{override['code']}: {override['reason']}" for override in visit.overrides)[:500],
    )

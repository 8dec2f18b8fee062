"""Booking a start that the caller holds."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.appointments.actions.agreeing import agreeing
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.fulfil import fulfil
from backend.appointments.actions.whom import named, require_verified_email, whom
from backend.appointments.actions.wish import Override, Wish, check_overrides
from backend.appointments.errors import HoldBooked, InvalidTransition
from backend.appointments.models import Appointment
from backend.appointments.queries.holds import get_hold_for
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What the caller says again of the hold; each, if given, must be as the hold has it (R6)."""

    service_id: uuid.UUID | None = None
    clinic_id: uuid.UUID | None = None
    practitioner_id: uuid.UUID | None = None
    starts_at: datetime | None = None


def book_hold(
    actor: Actor,
    *,
    hold_id: uuid.UUID,
    patient_id: uuid.UUID | None = None,
    note: str = "",
    overrides: Sequence[Override] = (),
    consents: Sequence[uuid.UUID] = (),
    repeated: Repeated | None = None,
) -> Appointment:
    """Turn the caller's hold into a visit: same row, same id. A hold without patient gets its patient here.

    The rules are asked again, but for those that were settled when the time was held; `consents` are given with the
    visit, or not at all (D13). Raises NotFound, ValidationFailed (something differs from the hold), EmailNotVerified,
    OverrideNotAllowed, HoldExpired, HoldBooked, PatientOverlap, SlotNotBookable,
    Unavailable.
    """
    hold = get_hold_for(actor, hold_id, or_visit=True)
    require_verified_email(actor, clinic_id=hold.clinic_id)
    check_overrides(actor, overrides, clinic_id=hold.clinic_id)
    _require_the_same(hold, patient_id, repeated or Repeated())
    # Asked again although it was when the time was held: a guardianship or a job may have ended since.
    patient = named(whom(actor, patient_id=hold.patient_id or patient_id, clinic_id=hold.clinic_id))
    wish = Wish(hold.service_id, hold.clinic_id, hold.starts_at, hold.practitioner_id, patient, tuple(overrides))
    with agreeing(actor, patient, consents):
        return Patience().run(lambda: _book(actor, hold, wish, patient, note))


def _book(actor: Actor, hold: Appointment, wish: Wish, patient_id: uuid.UUID, note: str) -> Appointment:
    with door(practitioner_ids=[hold.practitioner_id], room_ids=[hold.room_id], patient_ids=wish.patient_ids) as now:
        try:
            return fulfil(actor, hold=hold, wish=wish, patient_id=patient_id, now=now, note=note)
        except InvalidTransition as error:
            raise HoldBooked(members={"appointment_id": hold.pk}) from error


def _require_the_same(hold: Appointment, patient_id: uuid.UUID | None, repeated: Repeated) -> None:
    said = {
        "patient_id": patient_id if hold.patient_id else None,
        "service_id": repeated.service_id,
        "clinic_id": repeated.clinic_id,
        "practitioner_id": repeated.practitioner_id,
        "starts_at": repeated.starts_at,
    }
    errors = tuple(
        FieldError(f"/{name}", FieldCode.MISMATCH, "This differs from what is held.")
        for name, value in said.items()
        if value is not None and value != getattr(hold, name)
    )
    if errors:
        raise ValidationFailed(errors=errors)

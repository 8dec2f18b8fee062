"""Giving the visits of a practitioner who cannot come to others."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.appointments.actions.hand_over import hand_over
from backend.appointments.models import Appointment
from backend.appointments.queries.reassigning import Choice, movable_of
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.practitioners.queries.files import get_practitioner_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """The visits that begin from one instant until another; of those the listed ones, or all without a list."""

    from_at: datetime
    until_at: datetime
    appointment_ids: Sequence[uuid.UUID] | None = None


def reassign_visits(
    actor: Actor,
    *,
    practitioner_id: uuid.UUID,
    which: Which,
    to_practitioner_id: uuid.UUID | None,
    reason: str,
    dry_run: bool = False,
) -> list[Choice]:
    """Give them to one other practitioner, or each to anyone else who is free; all in one transaction, or none.

    A dry run says of each visit who could give it, or which rules refuse, and changes nothing. Raises NotFound,
    PermissionDenied, ValidationFailed, RangeTooLong, SlotTaken, SlotNotBookable, Unavailable.
    """
    get_practitioner_for(actor, practitioner_id, Permission.APPOINTMENT_BOOK)
    if to_practitioner_id == practitioner_id:
        error = FieldError("/to_practitioner_id", FieldCode.INVALID, "Name somebody else.")
        raise ValidationFailed(errors=(error,))

    def read() -> list[Appointment]:
        visits = movable_of(actor, practitioner_id, from_at=which.from_at, until_at=which.until_at)
        return visits if which.appointment_ids is None else _listed(visits, which.appointment_ids)

    return hand_over(actor, read=read, to=to_practitioner_id, reason=reason, dry_run=dry_run)


def _listed(visits: Sequence[Appointment], wanted: Collection[uuid.UUID]) -> list[Appointment]:
    found = {visit.pk for visit in visits}
    errors = tuple(
        FieldError(f"/appointment_ids/{place}", FieldCode.INVALID, "No visit of theirs in that time can be moved so.")
        for place, appointment_id in enumerate(wanted)
        if appointment_id not in found
    )
    if errors:
        raise ValidationFailed(errors=errors)
    return [visit for visit in visits if visit.pk in wanted]

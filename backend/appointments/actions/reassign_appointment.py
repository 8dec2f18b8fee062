"""Giving a visit to another practitioner."""

import uuid

from backend.appointments.actions.hand_over import hand_over
from backend.appointments.actions.movable import require_movable
from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_visit_for
from backend.common.access import Actor
from backend.common.errors import EtagMismatch
from backend.common.permissions import Permission


def reassign_appointment(
    actor: Actor,
    *,
    appointment_id: uuid.UUID,
    practitioner_id: uuid.UUID | None,
    reason: str,
    expected_version: int | None = None,
) -> None:
    """Give a visit to another practitioner, or with None to anyone else who is free: same start, same clinic, same
    row; price and policy stay. It keeps its room as long as that suits.

    Raises NotFound, PermissionDenied, EtagMismatch, InvalidTransition, SlotTaken, SlotNotBookable, Unavailable.
    """

    def read() -> list[Appointment]:
        visit = get_visit_for(actor, appointment_id)
        actor.require(Permission.APPOINTMENT_BOOK, clinic_id=visit.clinic_id)
        if expected_version not in (None, visit.version):
            raise EtagMismatch
        require_movable(visit)
        return [] if visit.practitioner_id == practitioner_id else [visit]

    hand_over(actor, read=read, to=practitioner_id, reason=reason)

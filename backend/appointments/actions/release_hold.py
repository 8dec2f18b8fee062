"""Letting a held start go."""

import uuid

from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.let_go import let_go
from backend.appointments.models import Appointment
from backend.appointments.queries.holds import get_hold_for
from backend.common.access import Actor


def release_hold(actor: Actor, *, hold_id: uuid.UUID) -> None:
    """Free the start for others. A hold that has run out, or was let go before, is no error: it is gone either way.

    Raises NotFound for a hold that is not the caller's, or that was booked, and Unavailable.
    """
    hold = get_hold_for(actor, hold_id)
    Patience().run(lambda: _release(actor, hold))


def _release(actor: Actor, hold: Appointment) -> None:
    with door(**hold.resources) as now:
        let_go(actor, hold_id=hold.pk, now=now)

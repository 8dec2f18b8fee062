"""Letting a held start go."""

import uuid

from backend.appointments.actions.advance import advance
from backend.appointments.actions.door import Patience, door
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_hold_for
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound


def release_hold(actor: Actor, *, hold_id: uuid.UUID) -> None:
    """Free the start for others. A hold that has run out, or was let go before, is no error: it is gone either way.

    Raises NotFound for a hold that is not the caller's, or that was booked, and Unavailable.
    """
    hold = get_hold_for(actor, hold_id)
    Patience().run(lambda: _release(actor, hold))


def _release(actor: Actor, hold: Appointment) -> None:
    with door(**hold.resources) as now:
        hold = Appointment.objects.get(pk=hold.pk)
        if hold.status == Status.EXPIRED:
            return
        if hold.status != Status.HELD:
            raise NotFound
        advance(hold, Status.EXPIRED, by=actor.user_id, at=now, reason="let go")
        record(
            actor,
            "hold.released",
            subject_type="appointment",
            subject_id=hold.pk,
            patient_id=hold.patient_id,
            clinic_id=hold.clinic_id,
        )

"""Keeping a held start a little longer."""

import uuid
from datetime import timedelta

from django.conf import settings

from backend.appointments.actions.amend import amend
from backend.appointments.actions.door import Patience, door
from backend.appointments.enums import Status
from backend.appointments.errors import HoldExpired
from backend.appointments.event_types import HoldExtended
from backend.appointments.models import Appointment
from backend.appointments.queries.holds import get_hold_for
from backend.appointments.queries.seen import SeenHold
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound

LONGEST = timedelta(minutes=15)


def extend_hold(actor: Actor, *, hold_id: uuid.UUID) -> SeenHold:
    """Let the hold last HOLD_SECONDS from now, fifteen minutes in all at most. Once: asked again, it stays as it is,
    so that a lost answer may be asked for again.

    Raises NotFound for a hold that is not the caller's, or that was booked, HoldExpired and Unavailable.
    """
    hold = get_hold_for(actor, hold_id)
    return Patience().run(lambda: _extend(actor, hold))


def _extend(actor: Actor, hold: Appointment) -> SeenHold:
    with door(**hold.resources) as now:
        hold = Appointment.objects.get(pk=hold.pk)
        if hold.status == Status.EXPIRED:
            raise HoldExpired
        if hold.status != Status.HELD or hold.hold_expires_at is None:
            raise NotFound
        if hold.hold_extended_at:
            return SeenHold(hold, now)
        lasts, before = timedelta(seconds=settings.HOLD_SECONDS), hold.hold_expires_at
        until = max(before, min(now + lasts, before - lasts + LONGEST))
        values = {"hold_expires_at": until, "hold_extended_at": now}
        amend(hold, values, by=actor.user_id, at=now, event=HoldExtended)
        record(
            actor,
            "hold.extended",
            subject_type="appointment",
            subject_id=hold.pk,
            patient_id=hold.patient_id,
            clinic_id=hold.clinic_id,
            before={"expires_at": before.isoformat()},
            after={"expires_at": until.isoformat()},
        )
        return SeenHold(hold, now)

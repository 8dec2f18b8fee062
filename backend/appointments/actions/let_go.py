"""Ending a hold before its time, behind a door that is open already."""

import uuid
from datetime import datetime

from backend.appointments.actions.advance import advance
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound


def let_go(actor: Actor, *, hold_id: uuid.UUID, now: datetime) -> Appointment:
    """End the caller's hold; the door must have locked whatever it takes. One that has ended stays as it is.

    Raises NotFound for a hold that was booked.
    """
    hold = Appointment.objects.get(pk=hold_id)
    if hold.status == Status.EXPIRED:
        return hold
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
    return hold

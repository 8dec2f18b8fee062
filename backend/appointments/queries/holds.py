"""Holds as their caller sees them; nobody else does."""

import uuid

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.appointments.queries.seen import SeenHold
from backend.appointments.querysets import AppointmentQuerySet
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound

_SHOWN = ("service", "clinic", "practitioner")


def see_hold(actor: Actor, hold_id: uuid.UUID, *, or_visit: bool = False) -> SeenHold:
    """One hold as it is at this moment, with all that an answer shows of it; else as `get_hold_for`."""
    own = Appointment.objects.holds_of(actor, or_visits=or_visit).select_related(*_SHOWN)
    hold = own.filter(pk=hold_id).annotate(now=clock.Present()).first()
    if hold is None:
        raise NotFound
    return SeenHold(hold, hold.now)


def live_holds(actor: Actor) -> AppointmentQuerySet:
    """The caller's holds that have not run out, each with the instant `now` of reading and what is shown."""
    own = Appointment.objects.holds_of(actor).select_related(*_SHOWN).annotate(now=clock.Present())
    live: AppointmentQuerySet = own.filter(status=Status.HELD, hold_expires_at__gt=clock.Present())
    return live


def get_hold_for(actor: Actor, hold_id: uuid.UUID, *, or_visit: bool = False) -> Appointment:
    """One of the caller's own holds, run out or not; with `or_visit` also one that they booked. Raises NotFound."""
    own = Appointment.objects.holds_of(actor, or_visits=or_visit)
    hold: Appointment | None = own.filter(pk=hold_id).first()
    if hold is None:
        raise NotFound
    return hold

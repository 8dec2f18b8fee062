"""Turning a hold into the visit that it was held for."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from backend.appointments.actions.advance import advance
from backend.appointments.actions.settle import settle
from backend.appointments.actions.wish import Wish, refusal
from backend.appointments.availability.gather import Besides, gather
from backend.appointments.enums import Status
from backend.appointments.errors import HoldExpired, InvalidTransition
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import Lane
from backend.appointments.rules.registry import refusing
from backend.common import walltime
from backend.common.access import Actor


def fulfil(
    actor: Actor, *, hold: Appointment, wish: Wish, patient_id: uuid.UUID, now: datetime, **values: Any
) -> Appointment:
    """Make it a visit: same row, same id. Inside the door that locks it; `values` are further columns.

    The rules are asked again, but for those that were settled when the time was held. Raises HoldExpired,
    InvalidTransition (it is booked already), PatientOverlap, SlotNotBookable.
    """
    visit = Appointment.objects.get(pk=hold.pk)
    if visit.status == Status.EXPIRED:
        raise HoldExpired
    if visit.status != Status.HELD:  # booked already: they must not look for another time
        raise InvalidTransition.between(Status(visit.status), Status.BOOKED)
    _ask_again(visit, wish)
    changes = {
        "patient_id": patient_id,
        "booked_by_id": actor.user_id,
        "hold_expires_at": None,
        "overrides": wish.overrides_kept,
        **values,
    }
    advance(visit, Status.BOOKED, by=actor.user_id, at=now, changes=changes)
    settle(actor, visit, patient_id)
    return visit


def _ask_again(hold: Appointment, wish: Wish) -> None:
    facts = gather(replace(wish, besides=Besides.of(hold)).question)
    lane = Lane(facts.places[0], facts.practitioners[0])
    rules = [rule for rule in wish.rules if not rule.fixed_by_hold]
    if refused := refusing(lane, walltime.minute_of(wish.starts_at), rules=rules):
        raise refusal(refused)

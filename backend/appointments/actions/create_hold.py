"""Keeping a start for a few minutes while its booking is filled in."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings

from backend.appointments.actions.advance import begin
from backend.appointments.actions.draft import draft
from backend.appointments.actions.hold_limits import most_at_once, require_within_limits
from backend.appointments.actions.take import take
from backend.appointments.actions.whom import whom
from backend.appointments.actions.wish import Wish, refusal
from backend.appointments.availability.gather import Facts
from backend.appointments.enums import Status
from backend.appointments.errors import PatientOverlap, SlotTaken
from backend.appointments.models import Appointment
from backend.appointments.queries.seen import SeenHold
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.appointments.rules.registry import HOLD_LIMIT
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.batches import in_one_statement
from backend.common.errors import DomainError


def create_hold(
    actor: Actor,
    *,
    service_id: uuid.UUID,
    clinic_id: uuid.UUID,
    starts_at: datetime,
    practitioner_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
) -> SeenHold:
    """Hold a start for the caller; the same caller asking for the same start gets the hold they have.

    Raises NotFound, PermissionDenied, SlotTaken (with alternatives), PatientOverlap, SlotNotBookable, Unavailable.
    """
    patient_id = whom(actor, patient_id=patient_id, clinic_id=clinic_id)
    wish = Wish(service_id, clinic_id, starts_at, practitioner_id, patient_id, holder_id=actor.user_id)
    if held := _held_already(actor, wish):
        return held

    def write(facts: Facts, lane: Lane, room: RoomFacts) -> SeenHold:
        require_within_limits(actor, wish, practitioner_id=lane.practitioner.id)
        until = facts.now + timedelta(seconds=settings.HOLD_SECONDS)
        hold = draft(wish, lane, room, held_by_id=actor.user_id, hold_expires_at=until)
        with in_one_statement():
            begin(hold, Status.HELD, by=actor.user_id, at=facts.now)
            record(
                actor,
                "hold.created",
                subject_type="appointment",
                subject_id=hold.pk,
                patient_id=patient_id,
                clinic_id=clinic_id,
                after={"starts_at": starts_at.isoformat(), "practitioner_id": str(lane.practitioner.id)},
            )
        return SeenHold(hold, facts.now)

    try:
        return take(wish, write)
    except (SlotTaken, PatientOverlap) as error:
        return _taken_by_a_twin(actor, wish, error)


def _taken_by_a_twin(actor: Actor, wish: Wish, error: DomainError) -> SeenHold:
    """What the caller's own other request took a moment ago; else it raises the error."""
    if held := _held_already(actor, wish):
        return held
    raise error


def _held_already(actor: Actor, wish: Wish) -> SeenHold | None:
    """The caller's hold of what is wished. Raises SlotNotBookable if there is none and the caller may hold no more."""
    own = Appointment.objects.holds_of(actor).filter(status=Status.HELD, hold_expires_at__gt=clock.Present())
    held = list(own.annotate(now=clock.Present()))
    again = next((hold for hold in held if _is_of(hold, wish)), None)
    if again is None and len(held) >= most_at_once(actor, clinic_id=wish.clinic_id):
        raise refusal([HOLD_LIMIT])
    return SeenHold(again, again.now) if again else None


def _is_of(hold: Appointment, wish: Wish) -> bool:
    names = ("service_id", "clinic_id", "starts_at", "patient_id")
    is_same = all(getattr(hold, name) == getattr(wish, name) for name in names)
    return is_same and wish.practitioner_id in (None, hold.practitioner_id)

"""Keeping a start for a few minutes while its booking is filled in."""

import uuid
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from backend.appointments.actions.advance import begin
from backend.appointments.actions.draft import draft
from backend.appointments.actions.hold_limits import most_at_once, require_within_limits
from backend.appointments.actions.let_go import let_go
from backend.appointments.actions.release_hold import release_hold
from backend.appointments.actions.take import take
from backend.appointments.actions.whom import require_verified_email, whom
from backend.appointments.actions.wish import Wish, refusal
from backend.appointments.availability.gather import Besides, Facts
from backend.appointments.enums import Status
from backend.appointments.errors import PatientOverlap, SlotTaken
from backend.appointments.models import Appointment
from backend.appointments.queries.holds import get_hold_for, live_holds
from backend.appointments.queries.seen import SeenHold
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.appointments.rules.registry import HOLD_LIMIT
from backend.audit.actions import record
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
    replaces: uuid.UUID | None = None,
) -> SeenHold:
    """Hold a start for the caller; the same caller asking for the same start gets the hold they have. `replaces` is a
    hold of theirs that is let go, in the same transaction: if the new one cannot be had, the old one stays.

    Raises EmailNotVerified, NotFound, PermissionDenied, SlotTaken (with alternatives), PatientOverlap,
    SlotNotBookable, Unavailable.
    """
    require_verified_email(actor, clinic_id=clinic_id)
    patient_id = whom(actor, patient_id=patient_id, clinic_id=clinic_id)
    old = None if replaces is None else get_hold_for(actor, replaces)
    wish = Wish(
        service_id,
        clinic_id,
        starts_at,
        practitioner_id,
        patient_id,
        besides=Besides.of(old) if old and old.status == Status.HELD else None,
        holder_id=actor.user_id,
        freed_patient_id=old.patient_id if old else None,
    )
    if held := _held_already(actor, wish):
        if old and old.pk != held.row.pk:
            release_hold(actor, hold_id=old.pk)
        return held
    try:
        return take(wish, partial(_write, actor, wish))
    except (SlotTaken, PatientOverlap) as error:
        return _taken_by_a_twin(actor, wish, error)


def _write(actor: Actor, wish: Wish, facts: Facts, lane: Lane, room: RoomFacts) -> SeenHold:
    replaced = let_go(actor, hold_id=wish.besides.row_id, now=facts.now) if wish.besides else None
    require_within_limits(actor, wish, practitioner_id=lane.practitioner.id)
    hold = draft(wish, lane, room, held_by_id=actor.user_id, **_duration(wish, lane, replaced, now=facts.now))
    with in_one_statement():
        begin(hold, Status.HELD, by=actor.user_id, at=facts.now)
        record(
            actor,
            "hold.created",
            subject_type="appointment",
            subject_id=hold.pk,
            patient_id=wish.patient_id,
            clinic_id=wish.clinic_id,
            after={"starts_at": wish.starts_at.isoformat(), "practitioner_id": str(lane.practitioner.id)},
        )
    return SeenHold(hold, facts.now)


def _duration(wish: Wish, lane: Lane, replaced: Appointment | None, *, now: datetime) -> dict[str, datetime | None]:
    """How long it lasts. The same start for somebody else, say, is kept no longer than it would have been."""
    until = now + timedelta(seconds=settings.HOLD_SECONDS)
    if not replaced or not replaced.hold_expires_at or replaced.starts_at != wish.starts_at:
        return {"hold_expires_at": until}
    if replaced.practitioner_id != lane.practitioner.id:
        return {"hold_expires_at": until}
    return {"hold_expires_at": min(until, replaced.hold_expires_at), "hold_extended_at": replaced.hold_extended_at}


def _taken_by_a_twin(actor: Actor, wish: Wish, error: DomainError) -> SeenHold:
    """What the caller's own other request took a moment ago; else it raises the error."""
    if held := _held_already(actor, wish):
        return held
    raise error


def _held_already(actor: Actor, wish: Wish) -> SeenHold | None:
    """The caller's hold of what is wished. Raises SlotNotBookable if there is none and the caller may hold no more."""
    held = list(live_holds(actor))
    again = next((hold for hold in held if _is_of(hold, wish)), None)
    kept = [hold for hold in held if not wish.besides or hold.pk != wish.besides.row_id]
    if again is None and len(kept) >= most_at_once(actor, clinic_id=wish.clinic_id):
        raise refusal([HOLD_LIMIT])
    return SeenHold(again, again.now) if again else None


def _is_of(hold: Appointment, wish: Wish) -> bool:
    names = ("service_id", "clinic_id", "starts_at", "patient_id")
    is_same = all(getattr(hold, name) == getattr(wish, name) for name in names)
    return is_same and wish.practitioner_id in (None, hold.practitioner_id)

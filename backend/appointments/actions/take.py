"""Taking a time: choose who could give it, enter the door, ask the rules again, write."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import NamedTuple, TypeVar

from django.db import IntegrityError

from backend.appointments.actions.alternatives import alternatives
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.glance import glance
from backend.appointments.actions.wish import Wish, refusal
from backend.appointments.availability.gather import Facts, gather
from backend.appointments.enums import RuleCode
from backend.appointments.errors import SlotNotBookable, SlotTaken
from backend.appointments.queries.explain import next_starts
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.appointments.rules.registry import BY_CODE, distance_from_yes, refusing
from backend.common import walltime
from backend.common.db import as_domain_error
from backend.common.errors import DomainError

TRIES = 3
WAITED = 0.02  # seconds: longer than the locks take when nobody has them
T = TypeVar("T")
Write = Callable[[Facts, Lane, RoomFacts], T]


class Candidate(NamedTuple):
    """Who could give the visit, and the rooms to be locked with them."""

    practitioner_id: uuid.UUID
    room_ids: Sequence[uuid.UUID]


def take(wish: Wish, write: Write[T]) -> T:
    """Take the wished time with the first practitioner who is free, and `write` the row inside the door.

    Who could is found before the locks and asked again behind them; one who was lost meanwhile gives way to the
    next, three at most (R4). Who is wished by name need not be found, so the rules are asked behind the locks alone,
    unless the time is seen to be gone. Raises SlotTaken with alternatives, PatientOverlap, SlotNotBookable or
    Unavailable.
    """
    fresh: Facts | None = None
    try:
        candidates = _named(wish)
        if not candidates:
            fresh = gather(wish.question)
            candidates = _candidates(wish, fresh)
            fresh = None  # whoever loses from here on loses to something newer
        return _take(wish, candidates, write)
    except SlotTaken as error:
        error.members["alternatives"] = alternatives(wish, fresh)
        raise
    except SlotNotBookable as error:
        _tell_next_starts(wish, error)
        raise


def _tell_next_starts(wish: Wish, error: SlotNotBookable) -> None:
    rules = error.members["rules"]
    if {rule["code"] for rule in rules} == {RuleCode.HOLD_LIMIT.value}:
        return  # it is about the caller, not about the start
    known = next_starts(wish.question, wish.starts_at, {rule["code"] for rule in rules})
    for rule in rules:
        rule["next_start_at"] = known.get(rule["code"])


def _take(wish: Wish, candidates: Sequence[Candidate], write: Write[T]) -> T:
    lost: DomainError = SlotTaken()
    patience = Patience()
    for candidate in candidates[:TRIES]:
        if not patience.is_left:  # those before took all the time to lose
            break
        attempt = partial(_attempt, wish, candidate, write)
        try:
            return patience.run(attempt)
        except DomainError as error:
            lost = error
        except IntegrityError as error:
            # Past the rules, as with a hold that ran out since the door was entered: constraints judge last.
            lost = as_domain_error(error) or lost
    raise lost


def _attempt(wish: Wish, chosen: Candidate, write: Write[T]) -> T:
    people, rooms = [chosen.practitioner_id], chosen.room_ids
    if besides := wish.besides:  # what it takes is let go in the same transaction
        people, rooms = [*people, besides.practitioner_id], [*rooms, besides.room_id]
    began = monotonic()
    with door(practitioner_ids=people, room_ids=rooms, patient_ids=wish.patient_ids):
        # Who had to wait has mostly lost to whoever was there first, and others wait behind.
        if monotonic() - began > WAITED and glance(wish=wish, practitioner_id=chosen.practitioner_id).is_taken:
            raise refusal([BY_CODE[RuleCode.PRACTITIONER_BUSY]])
        facts = gather(replace(wish, practitioner_id=chosen.practitioner_id).question)
        lane = Lane(facts.places[0], facts.practitioners[0])
        start = walltime.minute_of(wish.starts_at)
        if refused := refusing(lane, start, rules=wish.rules):
            raise refusal(refused)
        return write(facts, lane, _free_room(lane, start, besides.room_id if besides else None))


def _named(wish: Wish) -> list[Candidate]:
    """Who is wished by name, if nobody else is seen to have the time."""
    if wish.practitioner_id is None:
        return []
    seen = glance(wish=wish, practitioner_id=wish.practitioner_id)
    return [] if seen.is_taken else [Candidate(wish.practitioner_id, seen.room_ids)]


def _candidates(wish: Wish, facts: Facts) -> list[Candidate]:
    """Who could give the visit, fewest visits that day first. Raises the refusal that comes nearest to a yes."""
    place = facts.places[0]
    start = walltime.minute_of(wish.starts_at)
    lanes = [Lane(place, practitioner) for practitioner in facts.practitioners]
    refused = [(lane, refusing(lane, start, rules=wish.rules)) for lane in lanes]
    able = [lane for lane, rules in refused if not rules]
    if able:
        able.sort(key=lambda lane: _visits_that_day(lane, start))
        return [Candidate(lane.practitioner.id, [room.id for room in place.clinic.rooms]) for lane in able]
    if not refused:
        raise refusal([BY_CODE[RuleCode.NOT_OFFERED]])
    nearest = min((rules for _, rules in refused), key=distance_from_yes)
    raise refusal(nearest)


def _visits_that_day(lane: Lane, start: int) -> int:
    zone = lane.place.clinic.zone
    today = walltime.day_periods(zone, day := walltime.local_date_of(start, zone), day)
    return sum(visit in today for visit in lane.practitioner.visits_by_start)


def _free_room(lane: Lane, start: int, rather: uuid.UUID | None) -> RoomFacts:
    free = [room for room in lane.place.clinic.rooms if start in lane.place.clear_of(room.busy)]
    return next((room for room in free if room.id == rather), free[0])

"""The starts that the rules admit, for search: rule by rule, each asked of the starts that are left."""

from collections.abc import Callable, Iterator, Sequence

from backend.appointments.enums import RuleCode
from backend.appointments.rules.facts import Lane, Place, RoomFacts
from backend.appointments.rules.registry import RULES, Rule, admitted_at_place
from backend.common.periods import Periods


def starts_at_place(place: Place, *, lasting: bool | None = None) -> Sequence[int]:
    """The starts of the grid, ascending, that every rule of the clinic and the patient admits, but what booking can
    lift; of the rules that last, of the others, or of all."""
    starts: Sequence[int] = place.grid
    for rule in _asked_at_place(lasting):
        if rule.at_place is not None and starts:
            admitted = rule.at_place(place)
            starts = starts if admitted is Periods.EVER else admitted.starts_on(starts)
        if rule.in_room is not None:
            starts = _starts_in_a_room(rule.in_room, place, starts)
    return starts


def open_at_place(place: Place) -> Periods:
    """The same of the rules that do not last, as a set, the grid aside."""
    admitted = Periods.EVER
    for rule in _asked_at_place(False):
        admitted &= admitted_at_place(rule, place)
    return admitted


def _asked_at_place(lasting: bool | None) -> Iterator[Rule]:
    for rule in RULES:
        if not rule.lifted_by_booking and rule.code != RuleCode.OFF_GRID and lasting in (None, rule.lasts):
            yield rule


def _starts_in_a_room(
    in_room: Callable[[Place, RoomFacts], Periods], place: Place, starts: Sequence[int]
) -> Sequence[int]:
    """Room by room, and only what no room before had free: the first few have nearly all."""
    found: list[int] = []
    left = starts
    for room in place.clinic.rooms:
        if not left:
            break
        free = in_room(place, room).starts_on(left)
        found += free
        had = frozenset(free)
        left = [start for start in left if start not in had]
    return sorted(found)


def starts_in_lane(lane: Lane, starts: Sequence[int]) -> Sequence[int]:
    """Of ascending starts, admitted at the place, those that every rule of the practitioner admits too."""
    for rule in RULES:
        if rule.in_lane is not None and starts:
            admitted = rule.in_lane(lane)
            starts = starts if admitted is Periods.EVER else admitted.starts_on(starts)
    return starts

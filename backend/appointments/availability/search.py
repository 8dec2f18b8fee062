"""Listing the starts of the set: what search shows is exactly what booking admits.

In two steps. What the clinic and its practitioners admit lasts until one of them changes, so it may be kept; what the
patient and the clock admit is worked out each time.
"""

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from backend.appointments.availability.gather import Facts
from backend.appointments.rules.facts import Place
from backend.appointments.rules.starts import open_at_place, starts_at_place, starts_in_lane
from backend.common import walltime


class Slot(NamedTuple):
    """A start (epoch minute) and who could give the visit."""

    start: int
    practitioner_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """The starts of one local date at one clinic, ascending; never empty.

    `renderings` is for whoever writes it down, by the name of the form: a day that is kept is written once.
    """

    date: date
    clinic_id: uuid.UUID
    zone: ZoneInfo
    slots: tuple[Slot, ...]
    renderings: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def days(facts: Facts) -> list[DayOfSlots]:
    """All clinics' slots by local date, then clinic as the facts order them."""
    return in_order([open_now(lasting_days(facts, place), place) for place in facts.places])


def in_order(places: Sequence[Sequence[DayOfSlots]]) -> list[DayOfSlots]:
    """The days of several clinics by date; on one date, the clinics in the order given."""
    return sorted((day for of_place in places for day in of_place), key=attrgetter("date"))


def lasting_days(facts: Facts, place: Place) -> tuple[DayOfSlots, ...]:
    """The starts at one clinic that are free, whoever asks and when."""
    return tuple(_by_date(place, _lasting_slots(facts, place)))


def open_now(kept: Sequence[DayOfSlots], place: Place) -> Sequence[DayOfSlots]:
    """Of these days, what this patient can book just now."""
    bounds = open_at_place(place).bounds
    if not kept or _covers(bounds, kept[0], kept[-1]):
        return kept
    left = (day if _covers(bounds, day, day) else _only(day, bounds) for day in kept)
    return [day for day in left if day is not None]


def _covers(bounds: Sequence[int], first: DayOfSlots, last: DayOfSlots) -> bool:
    """Whether one run holds all starts from the first day to the last."""
    at = bisect_right(bounds, first.slots[0].start)
    return at & 1 == 1 and last.slots[-1].start < bounds[at]


def _only(day: DayOfSlots, bounds: Sequence[int]) -> DayOfSlots | None:
    slots = tuple(slot for slot in day.slots if bisect_right(bounds, slot.start) & 1)
    return replace(day, slots=slots, renderings={}) if slots else None


def _lasting_slots(facts: Facts, place: Place) -> list[Slot]:
    at_place = starts_at_place(place, lasting=True)
    who: dict[int, list[uuid.UUID]] = {start: [] for start in at_place}
    for lane in facts.lanes_at(place):
        for start in starts_in_lane(lane, at_place):
            who[start].append(lane.practitioner.id)
    return [Slot(start, tuple(people)) for start, people in who.items() if people]


def _by_date(place: Place, slots: list[Slot]) -> Iterator[DayOfSlots]:
    starts = [slot.start for slot in slots]
    zone = place.clinic.zone
    for day in place.window.dates(margin=0):
        of_the_day: list[Slot] = []
        for begin, until in walltime.day_periods(zone, day, day):
            of_the_day += slots[bisect_left(starts, begin) : bisect_left(starts, until)]
        if of_the_day:
            yield DayOfSlots(day, place.clinic.id, zone, tuple(of_the_day))

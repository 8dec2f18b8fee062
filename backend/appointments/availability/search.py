"""Listing the starts of the set: what search shows is exactly what booking admits."""

import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from backend.appointments.availability.gather import Facts
from backend.appointments.rules.facts import Place
from backend.appointments.rules.registry import starts_at_place, starts_in_lane
from backend.common import walltime


class Slot(NamedTuple):
    """A start (epoch minute) and who could give the visit."""

    start: int
    practitioner_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """The starts of one local date at one clinic, ascending; never empty."""

    date: date
    clinic_id: uuid.UUID
    zone: ZoneInfo
    slots: tuple[Slot, ...]


def slots_at(facts: Facts, place: Place) -> list[Slot]:
    """Every bookable start of the window at one clinic, ascending."""
    at_place = starts_at_place(place)
    who: defaultdict[int, list[uuid.UUID]] = defaultdict(list)
    for lane in facts.lanes_at(place):
        for start in starts_in_lane(lane, at_place).starts_on(place.grid):
            who[start].append(lane.practitioner.id)
    return [Slot(start, tuple(who[start])) for start in sorted(who)]


def days(facts: Facts) -> list[DayOfSlots]:
    """All clinics' slots by local date, then clinic as the facts order them."""
    return sorted(
        (day for place in facts.places for day in _by_date(place, slots_at(facts, place))), key=lambda day: day.date
    )


def _by_date(place: Place, slots: list[Slot]) -> Iterator[DayOfSlots]:
    starts = [slot.start for slot in slots]
    zone = place.clinic.zone
    for day in place.window.dates(margin=0):
        of_the_day: list[Slot] = []
        for begin, until in walltime.day_periods(zone, day, day):
            of_the_day += slots[bisect_left(starts, begin) : bisect_left(starts, until)]
        if of_the_day:
            yield DayOfSlots(day, place.clinic.id, zone, tuple(of_the_day))

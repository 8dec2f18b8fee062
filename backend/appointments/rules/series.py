"""Choosing the visits of a series out of what is free. Pure and exact: no clock, no database, no chance.

Hard: gaps, counted in local dates (R8), and no visit in another's way. Soft, unless only preferred starts will do:
weekday and part of the day, and that patients stay with one practitioner at one clinic.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from backend.appointments.enums import DayPart

# What it costs to depart from a wish, once for each visit: a day or hour that suits less weighs more than a new face.
OTHER_WEEKDAY, OTHER_DAY_PART, OTHER_PRACTITIONER, OTHER_CLINIC = 3, 3, 2, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesWish:
    """How many visits, how far apart, and when they would suit. No weekdays or parts of the day: any.

    Gaps are differences of local dates. The first visit lies on `from_date` or up to `max_gap_days` later.
    """

    count: int
    min_gap_days: int
    max_gap_days: int
    from_date: date
    weekdays: frozenset[int] = frozenset()
    day_parts: frozenset[DayPart] = frozenset()
    only_preferred: bool = False

    def misses(self, option: "Option") -> int:
        """What the option costs by its weekday and its part of the day."""
        off_day = bool(self.weekdays) and date.fromordinal(option.day).isoweekday() not in self.weekdays
        off_part = bool(self.day_parts) and option.day_part not in self.day_parts
        return off_day * OTHER_WEEKDAY + off_part * OTHER_DAY_PART


class Option(NamedTuple):
    """A start that can be booked, given by one practitioner. In the order in which equally good ones are taken:
    the earlier, then by whoever has fewer visits that day. Minutes since the epoch; `day` is the local date's ordinal.
    """

    start: int
    visits_that_day: int
    practitioner_id: uuid.UUID
    clinic_id: uuid.UUID
    day: int
    day_part: DayPart
    occupied_from: int
    occupied_until: int


def is_in_the_way(earlier: Option, later: Option) -> bool:
    """Whether two visits meet, buffers included: around midnight those of neighbouring dates may."""
    return later.occupied_from < earlier.occupied_until and earlier.occupied_from < later.occupied_until


def may_follow(earlier: Option, later: Option, wish: SeriesWish) -> bool:
    """Whether one visit of the series can come next after another."""
    gap = later.day - earlier.day
    return wish.min_gap_days <= gap <= wish.max_gap_days and not is_in_the_way(earlier, later)


def change(earlier: Option, later: Option) -> int:
    """What it costs that the next visit is given by somebody else or somewhere else."""
    other_practitioner = earlier.practitioner_id != later.practitioner_id
    other_clinic = earlier.clinic_id != later.clinic_id
    return other_practitioner * OTHER_PRACTITIONER + other_clinic * OTHER_CLINIC


def choose_series(options: Iterable[Option], wish: SeriesWish) -> list[Option]:
    """The visits, by date: as many as can be of those wanted, then at the least cost, then soonest over."""
    by_day: defaultdict[int, list[Option]] = defaultdict(list)
    for option in options:
        if not (wish.only_preferred and wish.misses(option)):
            by_day[option.day].append(option)
    first = wish.from_date.toordinal()
    layer = _Layer()
    for day in range(first, first + wish.max_gap_days + 1):
        for option in by_day.get(day, ()):
            layer.add(_Chain(wish.misses(option), option, None))
    for _ in range(wish.count - 1 if layer.by_day else 0):
        following = _next_layer(layer, by_day, wish)
        if not following.by_day:
            break
        layer = following
    best = layer.best()
    return list(best.visits())[::-1] if best else []


def instead_of(place: int, chosen: Sequence[Option], options: Iterable[Option], wish: SeriesWish) -> list[Option]:
    """What could stand in the place of one visit, the others staying: the best first, then the nearest."""
    own, first = chosen[place], wish.from_date.toordinal()
    before, after = chosen[place - 1] if place else None, chosen[place + 1] if place + 1 < len(chosen) else None
    earliest = before.day + wish.min_gap_days if before else first
    latest = before.day + wish.max_gap_days if before else first + wish.max_gap_days
    fitting = [
        option
        for option in options
        if earliest <= option.day <= latest
        and option[:4] != own[:4]
        and not (wish.only_preferred and wish.misses(option))
        and (before is None or may_follow(before, option, wish))
        and (after is None or may_follow(option, after, wish))
    ]
    return sorted(fitting, key=lambda option: (wish.misses(option), abs(option.start - own.start), option))


@dataclass(frozen=True, slots=True)
class _Chain:
    """The best way to a visit: what it costs, and the visit before it."""

    cost: int
    last: Option
    before: "_Chain | None"

    def visits(self) -> Iterator[Option]:
        """From the last to the first."""
        chain: _Chain | None = self
        while chain:
            yield chain.last
            chain = chain.before

    def __lt__(self, other: "_Chain") -> bool:
        return (self.cost, self.last) < (other.cost, other.last)


_Who = tuple[uuid.UUID | None, uuid.UUID | None]


@dataclass(slots=True)
class _Layer:
    """The ways to each visit that could be the nth, by date. Of each date the best is known for every practitioner,
    every clinic, both and either, so that nobody need compare them all."""

    by_day: dict[int, list[_Chain]] = field(default_factory=dict)
    best_of: dict[int, dict[_Who, _Chain]] = field(default_factory=dict)

    def add(self, chain: _Chain) -> None:
        day, who, where = chain.last.day, chain.last.practitioner_id, chain.last.clinic_id
        self.by_day.setdefault(day, []).append(chain)
        best = self.best_of.setdefault(day, {})
        for key in ((who, where), (who, None), (None, where), (None, None)):
            if key not in best or chain < best[key]:
                best[key] = chain

    def best(self) -> _Chain | None:
        return min((best[None, None] for best in self.best_of.values()), default=None)

    def leading_to(self, option: Option, wish: SeriesWish) -> Iterator[_Chain]:
        """The ways that may go on to a visit, at least the best of them."""
        who, where = option.practitioner_id, option.clinic_id
        for day in range(option.day - wish.max_gap_days, option.day - wish.min_gap_days + 1):
            if day == option.day - 1:
                yield from (chain for chain in self.by_day.get(day, ()) if not is_in_the_way(chain.last, option))
            elif best := self.best_of.get(day):
                keys: tuple[_Who, ...] = ((who, where), (who, None), (None, where), (None, None))
                yield from (best[key] for key in keys if key in best)


def _next_layer(layer: _Layer, by_day: dict[int, list[Option]], wish: SeriesWish) -> _Layer:
    following = _Layer()
    reach = range(min(layer.by_day) + wish.min_gap_days, max(layer.by_day) + wish.max_gap_days + 1)
    for day in reach:
        for option in by_day.get(day, ()):
            costs = (
                (chain.cost + change(chain.last, option), chain.last, chain) for chain in layer.leading_to(option, wish)
            )
            if best := min(costs, key=lambda one: one[:2], default=None):
                following.add(_Chain(best[0] + wish.misses(option), option, best[2]))
    return following

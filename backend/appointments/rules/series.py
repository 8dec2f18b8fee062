"""Choosing the visits of a series out of what is free. Pure and exact: no clock, no database, no chance.

Hard: gaps, counted in local dates (R8), and no visit in another's way. Soft, unless only preferred starts will do:
weekday and part of the day, and that patients stay with one practitioner at one clinic.
"""

import uuid
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    calendar = _Calendar.of(options, wish)
    first = wish.from_date.toordinal()
    layer = _Layer()
    for day in range(first, first + wish.max_gap_days + 1):
        for option in calendar.by_day.get(day, ()):
            layer.add(_Chain(wish.misses(option), option, None))
    for _ in range(wish.count - 1):
        following = _next_layer(layer, calendar, wish)
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


@dataclass(frozen=True, slots=True)
class _Calendar:
    """What is worth trying, by date. `close` are the dates with visits that may meet one of the date before, which
    happens around midnight alone; elsewhere a later start of one practitioner is no better than an earlier one."""

    by_day: dict[int, list[Option]]
    close: frozenset[int]

    @classmethod
    def of(cls, options: Iterable[Option], wish: SeriesWish) -> "_Calendar":
        by_day: defaultdict[int, list[Option]] = defaultdict(list)
        for option in options:
            if not (wish.only_preferred and wish.misses(option)):
                by_day[option.day].append(option)
        latest = {day: max(option.occupied_until for option in of_day) for day, of_day in by_day.items()}
        close = frozenset(
            day
            for day, of_day in by_day.items()
            if day - 1 in latest and min(option.occupied_from for option in of_day) < latest[day - 1]
        )
        worth = {
            day: of_day if {day, day + 1} & close else _best_of_each(of_day, wish) for day, of_day in by_day.items()
        }
        return cls(worth, close)


def _best_of_each(options: Iterable[Option], wish: SeriesWish) -> list[Option]:
    """Of each practitioner at each clinic the one that suits best, the earliest of those."""
    best: dict[_Who, Option] = {}
    for option in sorted(options, key=lambda option: (wish.misses(option), option)):
        best.setdefault((option.practitioner_id, option.clinic_id), option)
    return list(best.values())


_Way = tuple[int, _Chain]
_Who = tuple[uuid.UUID | None, uuid.UUID | None]


def _asking_for(option: Option) -> tuple[tuple[_Who, int], ...]:
    """Whose ways may lead to a visit, and what the change would cost at most."""
    who, where = option.practitioner_id, option.clinic_id
    return (
        ((who, where), 0),
        ((who, None), OTHER_CLINIC),
        ((None, where), OTHER_PRACTITIONER),
        ((None, None), OTHER_CLINIC + OTHER_PRACTITIONER),
    )


@dataclass(slots=True)
class _Layer:
    """The ways to each visit that could be the nth, by date. Of each date the best is known for every practitioner,
    every clinic, both and either, so that nobody need compare them all."""

    by_day: dict[int, list[_Chain]] = field(default_factory=dict)
    best_of: dict[int, dict[_Who, _Chain]] = field(default_factory=dict)

    def add(self, chain: _Chain) -> None:
        self.by_day.setdefault(chain.last.day, []).append(chain)
        best = self.best_of.setdefault(chain.last.day, {})
        for key, _ in _asking_for(chain.last):
            if key not in best or chain < best[key]:
                best[key] = chain

    def best(self) -> _Chain | None:
        return min((best[None, None] for best in self.best_of.values()), default=None)


class _Window:
    """The best of the dates that lie the gap behind, while the dates go by: each enters once and leaves once."""

    def __init__(self) -> None:
        self._queues: defaultdict[_Who, deque[_Chain]] = defaultdict(deque)

    def enter(self, best: Mapping[_Who, _Chain]) -> None:
        for key, chain in best.items():
            queue = self._queues[key]
            while queue and chain < queue[-1]:
                queue.pop()
            queue.append(chain)

    def best_for(self, option: Option, *, since: int) -> _Way | None:
        """The best way that may go on to a visit, and what it costs by then."""
        best: _Way | None = None
        for key, extra in _asking_for(option):
            queue = self._queues.get(key)
            while queue and queue[0].last.day < since:
                queue.popleft()
            if queue:
                best = _better(best, queue[0].cost + extra, queue[0])
        return best


def _better(best: _Way | None, cost: int, chain: _Chain) -> _Way:
    if best is None or cost < best[0] or (cost == best[0] and chain.last < best[1].last):
        return cost, chain
    return best


def _next_layer(layer: _Layer, calendar: _Calendar, wish: SeriesWish) -> _Layer:
    following, window = _Layer(), _Window()
    first, last = min(layer.by_day, default=0), max(layer.by_day, default=-1)
    for day in range(first + wish.min_gap_days, last + wish.max_gap_days + 1):
        is_close = wish.min_gap_days == 1 and day in calendar.close
        if not is_close:
            window.enter(layer.best_of.get(day - wish.min_gap_days, {}))
        for option in calendar.by_day.get(day, ()):
            best = window.best_for(option, since=day - wish.max_gap_days)
            for chain in layer.by_day.get(day - 1, ()) if is_close else ():
                if not is_in_the_way(chain.last, option):
                    best = _better(best, chain.cost + change(chain.last, option), chain)
            if best:
                following.add(_Chain(best[0] + wish.misses(option), option, best[1]))
        if is_close:
            window.enter(layer.best_of.get(day - 1, {}))
    return following

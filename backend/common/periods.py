"""Sets of time, as every booking rule answers them (R1): sorted, half-open runs of epoch minutes.

A set is one flat, strictly increasing tuple of bounds `(from0, until0, from1, until1, ...)`. How
many bounds lie at or before a minute tells, by its parity, whether the minute belongs to the set. Where
few bounds meet many, operations bisect and slice; else they walk, which Python does faster than it
bisects. Strictly increasing bounds also mean that touching runs are joined, so equal sets are equal
values.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

Run = tuple[int, int]

# The ends of time: two million years either way, far beyond what a datetime can hold.
_FIRST, _LAST = _EVER = -(2**40), 2**40


@dataclass(frozen=True, slots=True)
class Periods:
    """An immutable set of epoch minutes, made of runs `[from, until)`.

    Use `Periods.of` for runs as they come and `Periods.sorted_of` for runs known to be in order;
    the constructor trusts its bounds. The outer ends of `EVER` stand for "for ever": a run that
    reaches one is open on that side.
    """

    bounds: tuple[int, ...]

    NONE: ClassVar["Periods"]
    EVER: ClassVar["Periods"]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> "Periods":
        """Runs in any order, overlapping or touching. An empty run adds nothing.

        Raises ValueError for a run that ends before it begins or lies beyond `EVER` (epoch
        milliseconds passed by mistake do).
        """
        bounds: list[int] = []
        for begin, until in sorted(runs):
            if begin >= until:
                if begin > until:
                    raise ValueError(f"a run must not end before it begins: [{begin}, {until})")
            elif bounds and begin <= bounds[-1]:
                bounds[-1] = max(bounds[-1], until)
            else:
                bounds += (begin, until)
        if bounds and (bounds[0] < _FIRST or bounds[-1] > _LAST):
            raise ValueError(f"not epoch minutes: [{bounds[0]}, {bounds[-1]})")
        return cls(tuple(bounds))

    @classmethod
    def sorted_of(cls, runs: Iterable[Run]) -> "Periods":
        """Runs that are already in order, not empty and apart from one another; not checked."""
        return cls(tuple(chain.from_iterable(runs)))

    @classmethod
    def packed(cls, begins: Sequence[int], ends: Sequence[int]) -> "Periods":
        """Runs in order of their begin, as two columns; they may touch."""
        bounds: list[int] = []
        end = _FIRST - 1
        for begin, until in zip(begins, ends, strict=True):
            if begin > end:
                bounds += (begin, until)
            elif begin == end:
                bounds[-1] = until
            else:
                return cls.of(zip(begins, ends, strict=True))
            end = until
        return cls(tuple(bounds))

    @classmethod
    def union_all(cls, sets: Iterable["Periods"]) -> "Periods":
        """The minutes in any of the sets; none of them for no sets."""
        return cls.of(chain.from_iterable(sets))

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs `(from, until)` in order."""
        return tuple(self)

    def __iter__(self) -> Iterator[Run]:
        bounds = iter(self.bounds)
        return zip(bounds, bounds, strict=True)

    def __bool__(self) -> bool:
        return bool(self.bounds)

    def __contains__(self, minute: int) -> bool:
        return bisect_right(self.bounds, minute) & 1 == 1

    def __and__(self, other: "Periods") -> "Periods":
        if other.bounds == _EVER:
            return self
        if self.bounds == _EVER:
            return other
        return Periods(_common(self.bounds, other.bounds))

    def __invert__(self) -> "Periods":
        return Periods(_complement(self.bounds))

    def __sub__(self, other: "Periods") -> "Periods":
        return Periods(_common(self.bounds, _complement(other.bounds)))

    def __or__(self, other: "Periods") -> "Periods":
        if not (self and other):
            return self or other
        neither = _common(_complement(self.bounds), _complement(other.bounds))
        return Periods(_complement(neither))

    def within(self, begin: int, until: int) -> "Periods":
        """The part that lies in `[begin, until)`."""
        return self & Periods((begin, until)) if begin < until else Periods.NONE

    def next_at_or_after(self, minute: int) -> int | None:
        """The first minute of the set that is not before the given one, or None."""
        index = bisect_right(self.bounds, minute)
        if index & 1:
            return minute
        return self.bounds[index] if index < len(self.bounds) else None

    def eroded(self, before: int, after: int) -> "Periods":
        """The starts s whose occupied run `[s - before, s + after)` lies wholly inside one run.

        How opening and working hours bind a visit with its buffers (R1). Raises ValueError as
        `starts_clear_of`.
        """
        return (~self).starts_clear_of(before, after)

    def starts_clear_of(self, before: int, after: int) -> "Periods":
        """The starts s whose occupied run `[s - before, s + after)` touches no minute of this set.

        How closures, time off and busy runs bind a visit (R1). Raises ValueError unless before >= 0 and after >= 1.
        """
        if before < 0 or after < 1:
            raise ValueError(f"a visit must occupy its own start: before={before}, after={after}")
        clear: list[int] = []
        begin = _FIRST
        for busy_from, busy_until in self:
            until = busy_from - after + 1
            if begin < until:
                clear.append(begin)
                clear.append(until)
            begin = busy_until + before
        if begin < _LAST:
            clear += (begin, _LAST)
        return Periods(tuple(clear))

    def starts_on(self, grid: Sequence[int]) -> list[int]:
        """The minutes of an ascending grid (R2) that belong to the set, ascending."""
        if len(grid) > 8 * len(self.bounds):
            return self._cut_from(grid)
        starts: list[int] = []
        bounds = iter(self.bounds)
        is_inside, bound = False, next(bounds, _LAST)
        for minute in grid:
            while bound <= minute:
                is_inside, bound = not is_inside, next(bounds, _LAST)
            if is_inside:
                starts.append(minute)
        return starts

    def _cut_from(self, grid: Sequence[int]) -> list[int]:
        """Run by run: a few bisections are faster than a look at each minute."""
        starts: list[int] = []
        at = 0
        for begin, until in self:
            low = bisect_left(grid, begin, at)
            at = bisect_left(grid, until, low)
            starts += grid[low:at]
        return starts


def _complement(bounds: tuple[int, ...]) -> tuple[int, ...]:
    bounds = bounds[1:] if bounds and bounds[0] == _FIRST else (_FIRST, *bounds)
    return bounds[:-1] if bounds and bounds[-1] == _LAST else (*bounds, _LAST)


def _common(few: tuple[int, ...], many: tuple[int, ...]) -> tuple[int, ...]:
    if len(few) > len(many):
        few, many = many, few
    shared: list[int] = []
    at = 0
    bounds = iter(few)
    for begin, until in zip(bounds, bounds, strict=True):
        low = bisect_right(many, begin, at)
        at = bisect_left(many, until, low)
        if low & 1:
            shared.append(begin)
        shared += many[low:at]
        if at & 1:
            shared.append(until)
    return tuple(shared)


Periods.NONE = Periods(())
Periods.EVER = Periods(_EVER)

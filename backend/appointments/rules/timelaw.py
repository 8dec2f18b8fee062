"""The law of time (D25): the wall clock makes the promise, and the instants follow when the clock's law changes."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.common import walltime

Span = tuple[uuid.UUID, datetime, datetime]  # whose time, from, until
Judged = tuple[list["Retiming"], dict[uuid.UUID, set[uuid.UUID]]]  # who moves; who stays, and because of whom
_STAYS = timedelta()
# No change of a clock has been greater: Samoa's, across the date line.
AT_MOST = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A row of visits and holds, as far as time goes."""

    id: uuid.UUID
    version: int
    revision: int
    status: str
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID
    room_id: uuid.UUID
    patient_id: uuid.UUID | None
    service_id: uuid.UUID
    booked_at: datetime | None
    timezone: str
    local_start: str
    occupied_from: datetime
    starts_at: datetime
    ends_at: datetime
    occupied_until: datetime

    def spans(self, by: timedelta = _STAYS) -> list[Span]:
        """Whose time it takes, were it so much later: as the exclusion constraints see it."""
        occupied = (self.occupied_from + by, self.occupied_until + by)
        spans = [(self.practitioner_id, *occupied), (self.room_id, *occupied)]
        return [*spans, (self.patient_id, self.starts_at + by, self.ends_at + by)] if self.patient_id else spans


@dataclass(frozen=True, slots=True)
class Retiming:
    """A row that is to be so much later (or earlier, if negative) for its promise to be kept."""

    row: Timed
    by: timedelta

    @property
    def starts_at(self) -> datetime:
        """The new start."""
        return self.row.starts_at + self.by


def shift_of(row: Timed) -> timedelta | None:
    """How far the row is from what the wall clock promised; zero when the promise is kept, be it by either pass of a
    fold. None when the clock never reads that time, or its zone is unknown. Of two passes the nearer, then the first.
    """
    try:
        zone = walltime.zone(row.timezone)
    except ValueError:
        return None
    if walltime.promised(row.starts_at, zone).local_start == row.local_start:
        return _STAYS
    readings = map(walltime.instant_of, walltime.minutes_promised(row.local_start, zone))
    nearest = min((reading - row.starts_at for reading in readings), key=abs, default=None)
    return None if nearest is None or abs(nearest) > AT_MOST else nearest


def batches(retimings: Iterable[Retiming], size: int) -> list[list[Retiming]]:
    """All of them, in order of time, about `size` together. Those of which one moves to where another is or goes are
    never parted: they can only move in one statement."""
    found: list[list[Retiming]] = []
    for group in _entangled(sorted(retimings, key=lambda one: one.row.starts_at)):
        if not found or len(found[-1]) + len(group) > size:
            found.append([])
        found[-1] += group
    return found


def settle(
    batch: Iterable[Retiming], others: Iterable[Timed]
) -> tuple[list[Retiming], dict[uuid.UUID, set[uuid.UUID]]]:
    """Which can move together, and which must stay, each with the rows in its way. Who was booked first moves first;
    who stays is in the way of others. `others` are rows that do not move."""
    taken = _Taken()
    for row in others:
        taken.add(row.id, row.spans())
    going = sorted(batch, key=lambda one: (one.row.booked_at is None, one.row.booked_at, one.row.id))
    staying: dict[uuid.UUID, set[uuid.UUID]] = {}
    while refused := _first_refused(going, taken):
        retiming, staying[retiming.row.id] = refused
        going.remove(retiming)
        taken.add(retiming.row.id, retiming.row.spans())
    return going, staying


def _first_refused(going: Sequence[Retiming], taken: "_Taken") -> tuple[Retiming, set[uuid.UUID]] | None:
    coming = _Taken()
    for retiming in going:
        spans = retiming.row.spans(retiming.by)
        if in_the_way := taken.meeting(spans) or coming.meeting(spans):
            return retiming, in_the_way
        coming.add(retiming.row.id, spans)
    return None


class _Taken:
    """Who has whose time."""

    def __init__(self) -> None:
        self.by_resource: defaultdict[uuid.UUID, list[tuple[datetime, datetime, uuid.UUID]]] = defaultdict(list)

    def add(self, row_id: uuid.UUID, spans: Iterable[Span]) -> None:
        for resource, begin, until in spans:
            self.by_resource[resource].append((begin, until, row_id))

    def meeting(self, spans: Iterable[Span]) -> set[uuid.UUID]:
        return {
            row_id
            for resource, begin, until in spans
            for taken_from, taken_until, row_id in self.by_resource[resource]
            if taken_from < until and begin < taken_until
        }


def _entangled(retimings: Sequence[Retiming]) -> list[list[Retiming]]:
    """Groups with no time in common, neither old nor new."""
    leaders = list(range(len(retimings)))

    def leader(index: int) -> int:
        while leaders[index] != index:
            leaders[index] = index = leaders[leaders[index]]
        return index

    by_resource: defaultdict[uuid.UUID, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for index, one in enumerate(retimings):
        for resource, begin, until in (*one.row.spans(), *one.row.spans(one.by)):
            by_resource[resource].append((begin, until, index))
    for spans in by_resource.values():
        spans.sort()
        _, end, last = spans[0]
        for begin, until, index in spans:
            if begin < end:
                first, second = sorted((leader(last), leader(index)))
                leaders[second] = first
            end, last = max(end, until), index
    groups: dict[int, list[Retiming]] = {}
    for index, one in enumerate(retimings):
        groups.setdefault(leader(index), []).append(one)
    return list(groups.values())

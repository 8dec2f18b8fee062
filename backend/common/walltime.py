"""Between a clinic's wall clock and the one line of instants (D25); zones are converted only here.

Zones come from the pinned `tzdata`: `backend.config`, which every process imports first, sees to that.

An instant is a whole epoch minute (UTC). It lies within hours `[a, b)` of a local date if and only
if the clinic's wall clock reads that date and a minute in `[a, b)` at that instant. So nothing
exists in a spring gap, and in an autumn fold both passes count.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from backend.common.periods import Periods

Segment = tuple[int, int, int]  # from, until, minutes ahead of UTC

_DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MINUTE = timedelta(minutes=1)
# Where a datetime can be converted to any zone without leaving the years 1 to 9999.
_LOWEST = (datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) // _MINUTE
_HIGHEST = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // _MINUTE


class Promise(NamedTuple):
    """What the patient was told: the clinic's wall time, and its offset from UTC just then."""

    local_start: str
    utc_offset: str


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that exact name. Raises ValueError if the pinned data has none."""
    if name not in _names():
        raise ValueError(f"not an IANA time zone: {name!r}")
    return ZoneInfo(name)


def minute_of(instant: datetime) -> int:
    """The epoch minute in which the instant lies. Raises TypeError for a naive datetime."""
    return (instant - _EPOCH) // _MINUTE


def minute_at_or_after(instant: datetime) -> int:
    """The first whole epoch minute not before the instant. Raises TypeError for a naive one."""
    return -((_EPOCH - instant) // _MINUTE)


def instant_of(minute: int) -> datetime:
    """The UTC instant of an epoch minute. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + minute * _MINUTE


@lru_cache(maxsize=32768)
def reading_of(minute: int, zone: ZoneInfo) -> str:
    """The RFC 3339 text of an epoch minute on the zone's wall clock: '2026-12-01T09:00:00-07:00'."""
    return instant_of(minute).astimezone(zone).isoformat()


def local_date_of(minute: int, zone: ZoneInfo) -> date:
    """The date on the zone's wall clock at an epoch minute."""
    return instant_of(minute).astimezone(zone).date()


def wall_minute_of(minute: int, zone: ZoneInfo) -> int:
    """The minute of the day (0 to 1439) on the zone's wall clock at an epoch minute."""
    return (minute + _offset(zone, minute)) % _DAY


def wall_periods(zone: ZoneInfo, day: date, from_minute: int, until_minute: int) -> Periods:
    """The instants at which the wall clock reads `day` and a minute in [from, until).

    Minutes count from midnight on the wall, 0 to 1440. One run as a rule; none for hours inside a
    gap; two where a fold splits them. `[m, m + 1)` gives the instants of one reading. Raises
    ValueError unless 0 <= from <= until <= 1440.
    """
    if not 0 <= from_minute <= until_minute <= _DAY:
        raise ValueError(f"not minutes of one day: [{from_minute}, {until_minute})")
    return _wall_periods(zone, day, from_minute, until_minute)


@lru_cache(maxsize=8192)
def day_periods(zone: ZoneInfo, first: date | None, last: date | None) -> Periods:
    """The instants whose local date lies in first..last, both included; None leaves a side open."""
    begun = Periods.EVER if first is None else _since(zone, _day_number(first))
    over = Periods.NONE if last is None else _since(zone, _day_number(last) + 1)
    return begun - over


def grid(zone: ZoneInfo, first: date, last: date, step: int) -> tuple[int, ...]:
    """The epoch minutes of first..last whose wall reading is a multiple of `step` minutes (R2).

    Counted from each local midnight; ascending; both passes of a fold, nothing in a gap.
    """
    days = range(_day_number(first), _day_number(last) + 1)
    # Sorted, because a clock set back across midnight reads the old date again.
    return tuple(sorted(chain.from_iterable(_day_grid(zone, day, step) for day in days)))


def is_on_grid(minute: int, zone: ZoneInfo, step: int) -> bool:
    """Whether an epoch minute is one that `grid` lists (R2)."""
    return wall_minute_of(minute, zone) % step == 0


def promised(instant: datetime, zone: ZoneInfo) -> Promise:
    """The wall time promised for an instant, to the minute: ('2026-12-01T09:00', '-07:00').

    Raises TypeError for a naive datetime.
    """
    text = instant_of(minute_of(instant)).astimezone(zone).isoformat(timespec="minutes")
    return Promise(local_start=text[:16], utc_offset=text[16:])


def minutes_promised(local_start: str, zone: ZoneInfo) -> tuple[int, ...]:
    """The epoch minutes at which the wall reads what `promised` told ('2026-12-01T09:00'), ascending.

    One as a rule, none in a gap, two in a fold. Raises ValueError for a text of another form.
    """
    reading = datetime.fromisoformat(f"{local_start}+00:00")
    minute = reading.hour * 60 + reading.minute
    return tuple(begin for begin, _ in wall_periods(zone, reading.date(), minute, minute + 1).runs)


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH_DAY


def _offset(zone: ZoneInfo, minute: int) -> int:
    """Minutes the wall clock is ahead of UTC; beyond the calendar's ends, as at the end."""
    instant = instant_of(min(max(minute, _LOWEST), _HIGHEST))
    reading = instant.astimezone(zone).replace(tzinfo=UTC)
    return (reading - instant) // _MINUTE


@lru_cache(maxsize=4096)
def _segments(zone: ZoneInfo, day: int) -> tuple[Segment, ...]:
    """The offsets in force around a local day.

    Three days see all of it, no zone being a whole day away from UTC, and at most one change: the
    zone data has never had two changes of a clock within six days.
    """
    begin, end = (day - 1) * _DAY, (day + 2) * _DAY
    early, late = _offset(zone, begin), _offset(zone, end - 1)
    if early == late:
        return ((begin, end, early),)
    change = begin + bisect_left(range(begin, end), True, key=lambda minute: _offset(zone, minute) != early)
    return (begin, change, early), (change, end, late)


@lru_cache(maxsize=16384)
def _wall_periods(zone: ZoneInfo, day: date, from_minute: int, until_minute: int) -> Periods:
    number = _day_number(day)
    first, end = number * _DAY + from_minute, number * _DAY + until_minute
    runs = ((max(begin, first - offset), min(until, end - offset)) for begin, until, offset in _segments(zone, number))
    return Periods.of((begin, until) for begin, until in runs if begin < until)


@lru_cache(maxsize=4096)
def _since(zone: ZoneInfo, day: int) -> Periods:
    """The instants whose local date is that day or later."""
    segments = _segments(zone, day)
    runs = [(max(begin, day * _DAY - offset), until) for begin, until, offset in segments]
    ever_after = (segments[-1][1], Periods.EVER.bounds[1])
    return Periods.of([*((begin, until) for begin, until in runs if begin < until), ever_after])


@lru_cache(maxsize=4096)
def _day_grid(zone: ZoneInfo, day: int, step: int) -> tuple[int, ...]:
    return tuple(
        minute
        for begin, until, offset in _segments(zone, day)
        for minute in range(day * _DAY - offset, (day + 1) * _DAY - offset, step)
        if begin <= minute < until
    )

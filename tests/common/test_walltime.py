"""Wall time against converting every instant, minute by minute."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.common import walltime
from backend.common.periods import Periods

NAMES = """
America/Toronto America/Vancouver America/Edmonton America/Regina America/Winnipeg America/Halifax
America/St_Johns America/Whitehorse America/New_York America/Los_Angeles America/Phoenix
America/Anchorage America/Adak America/Mexico_City America/Havana America/Port-au-Prince
America/Sao_Paulo America/Santiago America/Asuncion America/Caracas America/Nuuk
America/Scoresbysund America/Miquelon Atlantic/Azores Atlantic/Reykjavik Europe/London
Europe/Dublin Europe/Paris Europe/Berlin Europe/Lisbon Europe/Chisinau Europe/Moscow
Europe/Volgograd Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Juba Africa/Johannesburg
Asia/Beirut Asia/Gaza Asia/Amman Asia/Tehran Asia/Kabul Asia/Kathmandu Asia/Kolkata Asia/Almaty
Asia/Yangon Asia/Tokyo Australia/Lord_Howe Australia/Adelaide Australia/Sydney Australia/Eucla
Antarctica/Troll Antarctica/Casey Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Fiji
Pacific/Kiritimati Pacific/Marquesas Pacific/Norfolk Pacific/Honolulu UTC
"""
ZONES = NAMES.split()
TORONTO, VANCOUVER = walltime.zone("America/Toronto"), walltime.zone("America/Vancouver")
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
DAY = 24 * 60


@cache
def changes(name: str) -> list[date]:
    """The dates of the two decades by whose noon the zone's clock has been changed."""
    days = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    zone = walltime.zone(name)
    noons = [datetime(d.year, d.month, d.day, 12, tzinfo=zone).utcoffset() for d in days]
    return [day for day, (was, now) in zip(days[1:], pairwise(noons), strict=True) if was != now]


def around_changes(name: str) -> list[date]:
    return [day + timedelta(near) for day in changes(name) for near in (-1, 0, 1)] or [FIRST]


places = st.sampled_from(ZONES).flatmap(
    lambda name: st.tuples(
        st.just(walltime.zone(name)),
        st.dates(FIRST, LAST) | st.sampled_from(around_changes(name)),
    )
)
hours = st.tuples(st.integers(0, DAY), st.integers(0, DAY)).map(sorted)


def readings(zone: zoneinfo.ZoneInfo, first: date, last: date) -> dict[int, datetime]:
    """Every epoch minute around the dates, with the wall time it reads. Slow and obvious."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    begin_minute = int(begin.timestamp()) // 60
    return {
        begin_minute + n: (begin + timedelta(minutes=n)).astimezone(zone)
        for n in range(((last - first).days + 3) * DAY)
    }


def minutes_in(periods: Periods) -> list[int]:
    return [minute for begin, until in periods for minute in range(begin, until)]


def at(text: str) -> int:
    return walltime.minute_of(datetime.fromisoformat(text))


@given(places, hours)
def test_hours_are_the_instants_at_which_the_wall_clock_reads_them(
    place: tuple[zoneinfo.ZoneInfo, date], hours: list[int]
) -> None:
    zone, day = place
    opening, closing = hours
    assert minutes_in(walltime.wall_periods(zone, day, opening, closing)) == [
        minute
        for minute, wall in readings(zone, day, day).items()
        if wall.date() == day and opening <= wall.hour * 60 + wall.minute < closing
    ]


@given(places, st.integers(0, 3))
@settings(max_examples=60)
def test_days_are_the_instants_that_read_their_dates(place: tuple[zoneinfo.ZoneInfo, date], more: int) -> None:
    zone, first = place
    last = first + timedelta(days=more)
    around = readings(zone, first, last)
    expected = [minute for minute, wall in around.items() if first <= wall.date() <= last]
    assert minutes_in(walltime.day_periods(zone, first, last)) == expected
    until, since = walltime.day_periods(zone, None, last), walltime.day_periods(zone, first, None)
    assert until & since == walltime.day_periods(zone, first, last)
    assert until | since == Periods.EVER == walltime.day_periods(zone, None, None)


@given(places, st.integers(0, 2), st.sampled_from([1, 5, 7, 10, 15, 20, 45, 60, 480]))
@settings(max_examples=60)
def test_the_grid_is_counted_from_local_midnight(place: tuple[zoneinfo.ZoneInfo, date], more: int, step: int) -> None:
    zone, first = place
    last = first + timedelta(days=more)
    expected = []
    for minute, wall in readings(zone, first, last).items():
        wall_minute = wall.hour * 60 + wall.minute
        assert walltime.local_date_of(minute, zone) == wall.date()
        assert walltime.wall_minute_of(minute, zone) == wall_minute
        assert walltime.is_on_grid(minute, zone, step) == (wall_minute % step == 0)
        if first <= wall.date() <= last and wall_minute % step == 0:
            expected.append(minute)
    assert walltime.grid(zone, first, last, step) == tuple(expected)


@given(places, st.integers(0, DAY - 1))
def test_a_promise_names_its_instant(place: tuple[zoneinfo.ZoneInfo, date], n: int) -> None:
    zone, day = place
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=n)
    promise = walltime.promised(instant, zone)
    assert datetime.fromisoformat("".join(promise)) == instant
    assert len(promise.local_start) == len("2026-12-01T09:00")
    assert promise.local_start == instant.astimezone(zone).replace(tzinfo=None).isoformat()[:16]


@given(places, st.integers(0, 4 * 60) | st.integers(0, DAY - 1))
def test_a_wall_time_names_the_instants_that_read_it(place: tuple[zoneinfo.ZoneInfo, date], n: int) -> None:
    zone, day = place
    text = f"{day}T{n // 60:02}:{n % 60:02}"
    expected = [minute for minute, wall in readings(zone, day, day).items() if wall.isoformat()[:16] == text]
    assert list(walltime.minutes_promised(text, zone)) == expected


def test_a_wall_time_that_is_skipped_or_comes_twice() -> None:
    assert walltime.minutes_promised("2027-03-14T02:30", TORONTO) == ()
    twice = (at("2026-11-01T01:30-04:00"), at("2026-11-01T01:30-05:00"))
    assert walltime.minutes_promised("2026-11-01T01:30", TORONTO) == twice


@pytest.mark.parametrize("spring", ["2026-03-08", "2027-03-14"])
def test_torontos_spring_night_has_no_hour_after_two(spring: str) -> None:
    day = date.fromisoformat(spring)
    assert not walltime.wall_periods(TORONTO, day, 120, 180)
    assert walltime.wall_periods(TORONTO, day, 60, 240).runs == (
        (at(f"{spring}T01:00-05:00"), at(f"{spring}T04:00-04:00")),
    )
    assert len(minutes_in(walltime.day_periods(TORONTO, day, day))) == 23 * 60
    assert len(walltime.grid(TORONTO, day, day, 15)) == 23 * 4
    assert walltime.wall_periods(TORONTO, day, 540, 1020).runs == (
        (at(f"{spring}T09:00-04:00"), at(f"{spring}T17:00-04:00")),
    )


@pytest.mark.parametrize("autumn", ["2026-11-01", "2027-11-07"])
def test_torontos_autumn_night_has_the_hour_after_one_twice(autumn: str) -> None:
    day = date.fromisoformat(autumn)
    assert walltime.wall_periods(TORONTO, day, 60, 90).runs == (
        (at(f"{autumn}T01:00-04:00"), at(f"{autumn}T01:30-04:00")),
        (at(f"{autumn}T01:00-05:00"), at(f"{autumn}T01:30-05:00")),
    )
    assert walltime.wall_periods(TORONTO, day, 0, 120).runs == (
        (at(f"{autumn}T00:00-04:00"), at(f"{autumn}T02:00-05:00")),
    )
    assert len(minutes_in(walltime.day_periods(TORONTO, day, day))) == 25 * 60
    assert len(walltime.grid(TORONTO, day, day, 15)) == 25 * 4


@pytest.mark.parametrize("text", ["2026-10-31", "2026-11-01", "2026-12-01", "2027-03-13"])
def test_vancouver_and_edmonton_no_longer_change_their_clocks(text: str) -> None:
    noon = datetime.fromisoformat(f"{text}T20:00+00:00")
    assert walltime.promised(noon, VANCOUVER) == (f"{text}T13:00", "-07:00")
    edmonton = walltime.zone("America/Edmonton")
    assert walltime.promised(noon, edmonton) == (f"{text}T14:00", "-06:00")


def test_apia_skipped_a_whole_date() -> None:
    apia, gone = walltime.zone("Pacific/Apia"), date(2011, 12, 30)
    assert not walltime.day_periods(apia, gone, gone)
    assert not walltime.wall_periods(apia, gone, 0, DAY)
    assert walltime.grid(apia, gone, gone, 15) == ()
    around = walltime.day_periods(apia, date(2011, 12, 29), date(2011, 12, 31))
    assert around.runs == ((at("2011-12-29T00:00-10:00"), at("2012-01-01T00:00+14:00")),)


def test_a_clock_set_back_across_midnight_reads_the_old_date_again() -> None:
    st_johns = walltime.zone("America/St_Johns")
    old, new = date(2010, 11, 6), date(2010, 11, 7)
    assert walltime.day_periods(st_johns, new, new).runs == (
        (at("2010-11-07T00:00-02:30"), at("2010-11-07T00:01-02:30")),
        (at("2010-11-07T00:00-03:30"), at("2010-11-08T00:00-03:30")),
    )
    expected = [m for m, w in readings(st_johns, old, new).items() if old <= w.date() <= new]
    assert walltime.grid(st_johns, old, new, 1) == tuple(expected)


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_the_calendars_ends_are_answered(name: str, day: date) -> None:
    zone = walltime.zone(name)
    assert len(minutes_in(walltime.day_periods(zone, day, day))) == DAY
    assert len(walltime.grid(zone, day, day, 60)) == 24


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instants_and_minutes(instant: datetime) -> None:
    earlier = walltime.instant_of(walltime.minute_of(instant))
    later = walltime.instant_of(walltime.minute_at_or_after(instant))
    assert earlier == instant.replace(second=0, microsecond=0)
    assert later - earlier == timedelta(minutes=0 if earlier == instant else 1)
    assert earlier.tzinfo is UTC


def test_naive_datetimes_are_refused() -> None:
    naive = datetime(2026, 12, 1)  # noqa: DTZ001
    for convert in (walltime.minute_of, walltime.minute_at_or_after):
        with pytest.raises(TypeError):
            convert(naive)
    with pytest.raises(TypeError):
        walltime.promised(naive, VANCOUVER)


@pytest.mark.parametrize("minutes", [(-1, 60), (0, 1441), (60, 59)])
def test_minutes_beyond_the_day_are_refused(minutes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="minutes of one day"):
        walltime.wall_periods(TORONTO, date(2026, 6, 1), *minutes)


@pytest.mark.parametrize("name", ["", "America", "america/toronto", "../etc/passwd", "Mars/Base"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not an IANA time zone"):
        walltime.zone(name)


@pytest.mark.parametrize("name", ZONES)
def test_changes_lie_far_enough_apart_to_be_found_one_by_one(name: str) -> None:
    assert all(later - earlier > timedelta(days=3) for earlier, later in pairwise(changes(name)))


def test_the_machines_own_zone_data_is_not_used() -> None:
    assert zoneinfo.TZPATH == ()
    assert walltime.zone("America/Toronto") is TORONTO

"""What is free on some dates, page by page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.appointments.availability.gate import Gate, gate
from backend.appointments.availability.gather import Facts
from backend.appointments.availability.search import DayOfSlots
from backend.appointments.queries.search import Search, WindowAt
from backend.appointments.rules.facts import Window
from backend.common.errors import RangeTooLong
from backend.common.walltime import local_date_of, minute_of

MAX_DAYS = 62
USUAL_DAYS = 7
USUAL_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what is free. `position` is where the next page starts, None after the last. `bookable_until` is
    the last date of the longest horizon of these clinics."""

    facts: Facts
    gate: Gate
    days: list[DayOfSlots]
    position: tuple[date, int] | None
    bookable_until: date | None


def find_slots(search: Search, *, limit: int | None, after: tuple[date, int] | None = None) -> Found:
    """What is free on the dates. `after` is the position of the page before: a date, and how many of its days were
    answered. Raises NotFound for what has ceased to exist meanwhile.
    """
    facts, found = search.look()
    if after:
        found = [day for day in found if day.date >= after[0]][after[1] :]
    return Found(facts, gate(facts), found[:limit], _position(found, limit, after), _horizon(facts))


def _horizon(facts: Facts) -> date | None:
    ends = [
        local_date_of(minute_of(facts.now + timedelta(days=place.clinic.offer.horizon_days)), place.clinic.zone)
        for place in facts.places
        if place.clinic.offer
    ]
    return max(ends, default=None)


def on_dates(first: date | None, last: date | None) -> WindowAt:
    """The dates asked for: without the first, from today; without the last, a week. Raises RangeTooLong."""

    def at(now: datetime) -> Window:
        # Today is yet to begin somewhere and over elsewhere; the earliest of them, and `too_soon` drops what is past.
        begin = first or (now - timedelta(hours=12)).date()
        end = last or begin + timedelta(days=USUAL_DAYS - 1)
        if (end - begin).days >= MAX_DAYS:
            raise RangeTooLong(f"At most {MAX_DAYS} days in one search.", members={"max_days": MAX_DAYS})
        return Window(begin, end)

    return at


def _position(found: list[DayOfSlots], limit: int | None, after: tuple[date, int] | None) -> tuple[date, int] | None:
    if limit is None or len(found) <= limit:
        return None
    last_shown = found[limit - 1].date
    shown = sum(day.date == last_shown for day in found[:limit])
    shown_before = after[1] if after and after[0] == last_shown else 0
    return last_shown, shown + shown_before

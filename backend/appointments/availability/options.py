"""What a series can choose from: of every practitioner, clinic and date the first start of each part of the day."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date

from backend.appointments.availability.gather import Facts
from backend.appointments.rules.day_parts import DAY_PARTS
from backend.appointments.rules.facts import Lane, Place
from backend.appointments.rules.series import Option
from backend.appointments.rules.starts import starts_at_place, starts_in_lane
from backend.common import walltime
from backend.common.periods import Periods


def options(facts: Facts) -> list[Option]:
    """Every option of the window. The first start of a part of the day stands for all of it: more would be a choice
    between quarters of an hour, which is the patient's."""
    return [option for place in facts.places for option in _options_at(facts, place)]


def _options_at(facts: Facts, place: Place) -> Iterator[Option]:
    at_place = starts_at_place(place)
    for lane in facts.lanes_at(place):
        starts = starts_in_lane(lane, at_place)
        for day in _dates(place, starts):
            yield from _options_on(lane, day, starts)


def _dates(place: Place, starts: Sequence[int]) -> Iterator[date]:
    """The dates of the window from the first of the starts to the last."""
    if starts:
        first, last = (walltime.local_date_of(start, place.clinic.zone) for start in (starts[0], starts[-1]))
        yield from (day for day in place.window.dates(margin=0) if first <= day <= last)


def _options_on(lane: Lane, day: date, starts: Sequence[int]) -> Iterator[Option]:
    place, load = lane.place, None
    for part, (begin, until) in DAY_PARTS.items():
        start = _first_in(walltime.wall_periods(place.clinic.zone, day, begin, until), starts)
        if start is None:
            continue
        load = visits_on(lane, day) if load is None else load
        yield Option(
            start=start,
            visits_that_day=load,
            practitioner_id=lane.practitioner.id,
            clinic_id=place.clinic.id,
            day=day.toordinal(),
            day_part=part,
            occupied_from=start - place.service.before_minutes,
            occupied_until=start + place.service.until_free_minutes,
        )


def _first_in(part: Periods, starts: Sequence[int]) -> int | None:
    for begin, until in part:
        at = bisect_left(starts, begin)
        if at < len(starts) and starts[at] < until:
            return starts[at]
    return None


def visits_on(lane: Lane, day: date) -> int:
    """How many visits the practitioner has on a date, by the clock of the place."""
    begins = lane.practitioner.visits_by_start
    today = walltime.day_periods(lane.place.clinic.zone, day, day)
    return sum(bisect_left(begins, until) - bisect_left(begins, begin) for begin, until in today)

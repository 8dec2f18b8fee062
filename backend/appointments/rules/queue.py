"""Which starts suit somebody who waits, and how long an offer stands. Pure; no clock, no database."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.appointments.rules.day_parts import day_part_of
from backend.appointments.rules.facts import Place, Window
from backend.common import walltime

# Nobody is asked to answer while they sleep: what is offered at night may be answered in the morning.
DAY_BEGINS, NIGHT_BEGINS = 8 * 60, 21 * 60
# An offer that leaves less than this to answer is none.
LEAST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Suiting:
    """What somebody waits for. Empty practitioners, weekdays (ISO numbers) or day parts mean any.

    `until` is the epoch minute by which the visit must be over: where a later visit is given back, its begin. `not_at`
    are starts that were offered before.
    """

    windows: tuple[Window, ...]
    practitioner_ids: frozenset[uuid.UUID] = frozenset()
    weekdays: frozenset[int] = frozenset()
    day_parts: frozenset[str] = frozenset()
    until: int | None = None
    not_at: frozenset[int] = frozenset()

    def admits(self, start: int, practitioner_id: uuid.UUID, place: Place) -> bool:
        """Whether a visit that begins at an epoch minute there suits."""
        zone = place.clinic.zone
        day = walltime.local_date_of(start, zone)
        return (
            start not in self.not_at
            and (not self.practitioner_ids or practitioner_id in self.practitioner_ids)
            and (self.until is None or start + place.service.until_free_minutes <= self.until)
            and any(window.first <= day <= window.last for window in self.windows)
            and (not self.weekdays or day.isoweekday() in self.weekdays)
            and (not self.day_parts or day_part_of(start, zone) in self.day_parts)
        )


def stands_until(
    now: datetime, starts_at: datetime, *, notice_minutes: int, lasts: timedelta, zone: ZoneInfo
) -> datetime:
    """Until when an offer that is made now can be answered: `lasts` from now, or from the morning; never beyond the
    clinic's notice for the visit."""
    minute = walltime.minute_of(now)
    wall = walltime.wall_minute_of(minute, zone)
    if wall >= NIGHT_BEGINS or wall < DAY_BEGINS:
        day = walltime.local_date_of(minute, zone) + timedelta(days=wall >= NIGHT_BEGINS)
        morning = walltime.wall_periods(zone, day, DAY_BEGINS, DAY_BEGINS + 1).bounds[0]
        until = walltime.instant_of(morning) + lasts
    else:
        until = now + lasts
    return min(until, starts_at - timedelta(minutes=notice_minutes))

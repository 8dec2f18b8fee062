"""Parts of the day."""

from zoneinfo import ZoneInfo

from backend.appointments.enums import DayPart
from backend.common.walltime import wall_minute_of

# From and until which minute of the day each part lasts, on the clinic's wall clock.
DAY_PARTS = {DayPart.MORNING: (0, 720), DayPart.AFTERNOON: (720, 1020), DayPart.EVENING: (1020, 1440)}


def day_part_of(start: int, zone: ZoneInfo) -> DayPart:
    """The part of the day in which an epoch minute lies, by that clock."""
    minute = wall_minute_of(start, zone)
    return next(part for part, (begin, until) in DAY_PARTS.items() if begin <= minute < until)

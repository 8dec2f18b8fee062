"""The sandbox's clock: the domain's, moved by an offset that production neither writes nor reads (R12)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from backend.common import clock
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.models import ClockOffset

# Far enough for any course of treatment; credentials, zone data and calendars of the demo mean little beyond.
FARTHEST = timedelta(days=5 * 366)


def read_clock() -> dict[str, Any]:
    """What time it is for the domain, and by how much that is moved."""
    offset = ClockOffset.objects.values_list("offset", flat=True).first() or timedelta()
    return {"now": clock.now(), "offset_seconds": int(offset.total_seconds())}


def move_clock(*, offset: timedelta | None = None, at: datetime | None = None) -> dict[str, Any]:
    """Move the clock by `offset` from real time, or to `at`, from where it runs on; zero puts it back.

    Raises ValidationFailed beyond five years.
    """
    if at is not None:
        offset = timedelta(seconds=round((at - _real_now()).total_seconds()))
    offset = offset or timedelta()
    if abs(offset) > FARTHEST:
        too_far = FieldError("/at", FieldCode.TOO_LARGE, "The clock moves five years at most.")
        raise ValidationFailed(errors=(too_far,))
    if offset:
        ClockOffset.objects.update_or_create(id=True, defaults={"offset": offset})
    else:
        ClockOffset.objects.all().delete()
    return read_clock()


def _real_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant

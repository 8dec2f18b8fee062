"""What the imports of clinics and of practitioners share: making a week so from a day on, telling what that broke."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

from backend.clinics.consequences import AffectedVisit
from backend.common.imports.rows import Writes

H = TypeVar("H", bound=Any)  # opening hours or working hours
K = TypeVar("K")


def make_week(
    writes: Writes, standing: Iterable[H], wanted: Collection[K], *, key: Callable[[H], K], today: date
) -> list[K]:
    """Let only the wanted hours stand from `today` on; answers those that are to be added.

    `standing` are the hours that are in force today or later. What has been in force until now ends yesterday, so that
    the past stays as it was; what has not begun is removed.
    """
    kept: set[K] = set()
    for hours in standing:
        span = key(hours)
        if span in wanted and span not in kept and hours.valid_until is None and hours.valid_from <= today:
            kept.add(span)
        elif hours.valid_from < today:
            writes.change(hours, {"valid_until": today - timedelta(days=1)})
        else:
            writes.remove(hours)
    return [span for span in wanted if span not in kept]


def as_text(span: object, hours: H, today: date) -> str:
    """Standing hours as the audit log keeps them: with their dates, if they are not simply in force."""
    begins = f" from {hours.valid_from}" if hours.valid_from > today else ""
    ends = f" until {hours.valid_until}" if hours.valid_until else ""
    return f"{span}{begins}{ends}"


def tell_affected(visits: Iterable[AffectedVisit]) -> Iterator[str]:
    """The visits for a report, without names."""
    for visit in visits:
        yield f"visit {visit.appointment_id} on {visit.starts_at:%Y-%m-%d %H:%M} ({', '.join(visit.rules)})"

"""Which zone data the process trusts: the pinned `tzdata`, and none older than the law (D25, R29)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, reset_tzpath

# British Columbia stopped changing clocks in IANA 2026b, Alberta in 2026c: older data answers an hour less.
_PROBE = datetime(2026, 12, 1, 12, tzinfo=UTC)
_EXPECTED = {"America/Vancouver": timedelta(hours=-7), "America/Edmonton": timedelta(hours=-6)}


def use_packaged() -> None:
    """Read zones from the `tzdata` package alone; the machine's own copy is often older and would win.

    The cache is emptied lest a zone that someone has loaded before live on in it.
    """
    reset_tzpath(to=[])
    ZoneInfo.clear_cache()


def faults() -> list[str]:
    """What is wrong with the zone data in use, a line each; empty when it can be trusted."""
    lines = []
    for name, expected in _EXPECTED.items():
        try:
            found = _PROBE.astimezone(ZoneInfo(name)).utcoffset()
        except ZoneInfoNotFoundError:
            lines.append(f"{name} is unknown: the tzdata package is missing")
            continue
        if found != expected:
            lines.append(f"{name} is UTC{_hours(found)} on 2026-12-01, the law says UTC{_hours(expected)}")
    return lines


def refuse_stale() -> None:
    """End the process when its zone data would put visits an hour off. Raises SystemExit."""
    found = faults()
    if found:
        raise SystemExit(
            "Refusing to start: the time zone data is older than IANA 2026c. "
            + "; ".join(found)
            + ". Install tzdata 2026.3 or newer."
        )


def _hours(offset: timedelta | None) -> str:
    return "?" if offset is None else f"{offset / timedelta(hours=1):+03.0f}"

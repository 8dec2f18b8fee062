"""Weekly hours as text, as an import reads them: "Mon-Fri 08:00-18:00; Sat 09:00-13:00"."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from backend.clinics.enums import Weekday
from backend.common.imports.cells import CellError
from backend.common.imports.report import shown

_DAYS = {day.name[:3].lower(): day for day in Weekday}
_SPAN = re.compile(
    r"(?P<days>[A-Za-z]{3}(?:\s*[-,]\s*[A-Za-z]{3})*)\s+(?P<from>\d\d:\d\d)\s*-\s*(?P<until>\d\d:\d\d)", re.ASCII
)


class Span(NamedTuple):
    """Wall minutes of one weekday."""

    weekday: int
    from_minute: int
    until_minute: int

    def __str__(self) -> str:
        name = Weekday(self.weekday).name.title()[:3]
        return f"{name} {_wall(self.from_minute)}-{_wall(self.until_minute)}"


def read_spans(text: str) -> tuple[Span, ...]:
    """The spans of "Mon,Wed-Fri 08:00-18:00". Raises CellError."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise CellError("is not hours such as Mon-Fri 08:00-18:00")
    begin, until = _minute(match["from"]), _minute(match["until"])
    if begin >= until:
        raise CellError("begins no earlier than it ends")
    return tuple(Span(day, begin, until) for day in _days(match["days"]))


def require_apart(spans: Iterable[Span]) -> None:
    """Raise CellError for two spans that share a minute."""
    for one, other in pairwise(sorted(spans)):
        if one.weekday == other.weekday and other.from_minute < one.until_minute:
            raise CellError(f"covers the same time twice: {one} and {other}")


def _days(text: str) -> Iterator[Weekday]:
    for part in text.split(","):
        ends = [_day(name.strip()) for name in part.split("-")]
        if len(ends) > 2 or ends[0] > ends[-1]:
            raise CellError(f"has days out of order: {shown(part)}")
        yield from (Weekday(number) for number in range(ends[0], ends[-1] + 1))


def _day(name: str) -> Weekday:
    if name.lower() not in _DAYS:
        raise CellError(f"has no day {shown(name)}; days are Mon Tue Wed Thu Fri Sat Sun")
    return _DAYS[name.lower()]


def _minute(text: str) -> int:
    hours, minutes = int(text[:2]), int(text[3:])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise CellError(f"has no time {text}")
    return hours * 60 + minutes


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

"""When records of a closed account are due to go: the rules are data (`retention.toml`), the counting is here."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from backend.privacy.enums import RecordClass

RULES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("retention.toml").read_text("utf-8"))
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class History:
    """What retention counts from: local dates, and the provinces where the person was known. `last_entry` is of the
    clinical record; None where nothing was ever entered."""

    closed_on: date
    last_entry: date | None = None
    birth_date: date | None = None
    provinces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """The first date on which records may go, and why."""

    on: date
    law: str


def due(record_class: RecordClass, history: History) -> Due:
    """When records of that class go. What was said of who saw a record goes with the record."""
    if record_class in (RecordClass.CLINICAL, RecordClass.AUDIT):
        if history.last_entry is not None:
            return max(_clinical(history, history.last_entry), key=lambda one: one.on)
        record_class = RecordClass.OPERATIONAL
    rule = RULES[record_class]
    start = max(history.closed_on, history.last_entry or history.closed_on)
    if record_class is RecordClass.MARKETING:
        start = history.closed_on
    return Due(years_after(start, rule.get("years", 0)) + timedelta(days=rule.get("days", 0)), rule["law"])


def _clinical(history: History, last_entry: date) -> Iterable[Due]:
    rules = RULES[RecordClass.CLINICAL]
    for province in sorted(history.provinces) or [_OTHER]:
        rule = rules.get(province, rules[_OTHER])
        on = years_after(last_entry, rule["years"])
        # Without a birth date nobody knows that it is no child.
        born = history.birth_date or last_entry
        if last_entry < years_after(born, rule["minor_age"]):
            on = max(on, years_after(born, rule["minor_age"] + rule["minor_years"]))
        yield Due(on, rule["law"])


def years_after(day: date, years: int) -> date:
    """The same day, years later; after a 29 February that is not there, the day after it would have been."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

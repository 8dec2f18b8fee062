"""Search as a caller asks for it: whose rules count, which dates, which page."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.appointments.availability.gate import Gate, gate
from backend.appointments.availability.gather import Facts, gather
from backend.appointments.availability.search import DayOfSlots, days
from backend.appointments.queries.question import question_of
from backend.appointments.rules.facts import Window
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import RangeTooLong

MAX_DAYS = 62
USUAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what is free. `position` is where the next page starts, None after the last."""

    facts: Facts
    gate: Gate
    days: list[DayOfSlots]
    position: tuple[date, int] | None


def find_slots(
    visitor: Actor | None,
    *,
    service: str | None = None,
    clinic_ids: Sequence[uuid.UUID] = (),
    practitioner_ids: Sequence[uuid.UUID] = (),
    patient_id: uuid.UUID | None = None,
    appointment_id: uuid.UUID | None = None,
    any_practitioner: bool = False,
    from_date: date | None = None,
    to_date: date | None = None,
    limit: int,
    after: tuple[date, int] | None = None,
) -> Found:
    """What is free on the dates. A signed-in patient is asked about as the patient unless another is named.

    With a visit to be moved, what the caller may move it to: its patient's rules are asked as if it were not there.
    `after` is the position of the page before: a date, and how many of its days were answered. Raises NotFound for a
    service that does not exist or a patient or visit that is not the caller's to see, ValidationFailed for a visit of
    another service, RangeTooLong for more than 62 days.
    """
    first, last = _dates(from_date, to_date)
    asked = question_of(
        visitor,
        service=service,
        window=Window(after[0] if after else first, last),
        clinic_ids=clinic_ids,
        practitioner_ids=practitioner_ids,
        patient_id=patient_id,
        appointment_id=appointment_id,
        any_practitioner=any_practitioner,
    )
    facts = gather(asked)
    found = days(facts)[after[1] if after else 0 :]
    return Found(facts, gate(facts), found[:limit], _position(found, limit, after))


def _position(found: list[DayOfSlots], limit: int, after: tuple[date, int] | None) -> tuple[date, int] | None:
    if len(found) <= limit:
        return None
    last_shown = found[limit - 1].date
    shown = sum(day.date == last_shown for day in found[:limit])
    shown_before = after[1] if after and after[0] == last_shown else 0
    return last_shown, shown + shown_before


def _dates(first: date | None, last: date | None) -> tuple[date, date]:
    """Today is yet to begin somewhere and over elsewhere; the earliest of them, and `too_soon` drops what is past."""
    if first is None:
        first = (clock.now() - timedelta(hours=12)).date()
    if last is None:
        last = first + timedelta(days=USUAL_DAYS - 1)
    if (last - first).days >= MAX_DAYS:
        raise RangeTooLong(f"At most {MAX_DAYS} days in one search.", members={"max_days": MAX_DAYS})
    return first, last

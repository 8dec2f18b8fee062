"""The next starts over the chain, however far ahead they are."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from backend.appointments.availability.gate import Gate, gate
from backend.appointments.availability.gather import Facts, gather
from backend.appointments.availability.search import Slot, days
from backend.appointments.queries.question import question_of
from backend.appointments.rules.facts import Window
from backend.common import clock
from backend.common.access import Actor

# A week holds them nearly always. Each next look is longer, so that even the far end of a horizon is few looks away.
SPANS = (7, 28, 62, 124, 248, 366)


@dataclass(frozen=True, slots=True)
class NextSlot:
    """A start, where it is, and who could give the visit."""

    slot: Slot
    clinic_id: uuid.UUID
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class NextFound:
    """The first starts in order of time; `facts` are those of the last look."""

    facts: Facts
    gate: Gate
    slots: list[NextSlot]


def find_next(
    visitor: Actor | None,
    *,
    service: str | None = None,
    count: int,
    clinic_ids: Sequence[uuid.UUID] = (),
    practitioner_ids: Sequence[uuid.UUID] = (),
    patient_id: uuid.UUID | None = None,
    appointment_id: uuid.UUID | None = None,
    any_practitioner: bool = False,
) -> NextFound:
    """The first `count` starts from now to the horizon; fewer if there are no more. Raises as `find_slots`."""
    found: list[NextSlot] = []
    first = (clock.now() - timedelta(hours=12)).date()
    asked = question_of(
        visitor,
        service=service,
        window=Window(first, first + timedelta(days=sum(SPANS))),
        clinic_ids=clinic_ids,
        practitioner_ids=practitioner_ids,
        patient_id=patient_id,
        appointment_id=appointment_id,
        any_practitioner=any_practitioner,
    )
    opened: Gate | None = None
    for window in _windows(asked.window):
        facts = gather(replace(asked, window=window))
        opened = opened or gate(facts)
        found += _in_order(facts)
        if len(found) >= count or window.last >= _horizon(facts):
            break
    return NextFound(facts, opened or gate(facts), found[:count])


def _windows(whole: Window) -> Iterator[Window]:
    first = whole.first
    for span in SPANS:
        last = min(first + timedelta(days=span - 1), whole.last)
        yield Window(first, last)
        if last >= whole.last:
            return
        first = last + timedelta(days=1)


def _horizon(facts: Facts) -> date:
    ahead = max((place.clinic.offer.horizon_days for place in facts.places if place.clinic.offer), default=0)
    return (facts.now + timedelta(days=ahead + 1)).date()


def _in_order(facts: Facts) -> list[NextSlot]:
    found = [NextSlot(slot, day.clinic_id, day.zone) for day in days(facts) for slot in day.slots]
    return sorted(found, key=lambda one: one.slot.start)

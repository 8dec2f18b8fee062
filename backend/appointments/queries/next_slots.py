"""The next starts over the chain, however far ahead they are."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.appointments.availability.gate import Gate, gate
from backend.appointments.availability.gather import Facts
from backend.appointments.availability.search import DayOfSlots, Slot
from backend.appointments.queries.search import Search
from backend.appointments.rules.facts import Window

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


def find_next(search: Search, *, count: int) -> NextFound:
    """The first `count` starts in the window; fewer if there are no more before the horizon."""
    found: list[NextSlot] = []
    opened: Gate | None = None
    for window in _windows(search.question.window):
        facts, free = search.look(window)
        opened = opened or gate(facts)
        found += _in_order(free)
        if len(found) >= count or window.last >= _horizon(facts):
            break
    return NextFound(facts, opened or gate(facts), found[:count])


def from_now(now: datetime) -> Window:
    """From today, which may have begun already elsewhere, as far as the longest horizon goes."""
    first = (now - timedelta(hours=12)).date()
    return Window(first, first + timedelta(days=sum(SPANS)))


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


def _in_order(free: Iterable[DayOfSlots]) -> list[NextSlot]:
    found = [NextSlot(slot, day.clinic_id, day.zone) for day in free for slot in day.slots]
    return sorted(found, key=lambda one: one.slot.start)

"""What is free at a clinic, for those who wait there."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from backend.appointments.availability.gather import Besides, Question, gather
from backend.appointments.availability.search import DayOfSlots, lasting_days, open_now
from backend.appointments.queries.waiting import Waiting
from backend.appointments.rules.facts import Place, Window
from backend.appointments.rules.queue import LEAST, Suiting
from backend.common import walltime


class Found(NamedTuple):
    """A start (epoch minute), and with whom."""

    start: int
    practitioner_id: uuid.UUID


class FreeTime:
    """The free starts of some dates, as one round through the queue sees them.

    What was free for a service when the round first asked, less what was seen taken since. What becomes free meanwhile
    is left to the next round: else it would go to whoever this one has come to, past those who stand before. Most of
    those who wait find nothing, and that costs nothing.
    """

    def __init__(self, clinic_id: uuid.UUID, window: Window) -> None:
        self.clinic_id, self.window = clinic_id, window
        self._known: dict[uuid.UUID, tuple[Place, set[Found]]] = {}

    def first_for(self, waiting: Waiting) -> Found | None:
        """The first start that suits and that every rule admits for the patient, as if the visit that would be given
        back were not there."""
        service_id = waiting.entry.service_id
        if service_id not in self._known:
            place, lasting, _ = self._read(Question(service_id, self.window, (self.clinic_id,)))
            self._known[service_id] = place, lasting
        place, known = self._known[service_id]
        if _first(place, known, waiting.suiting) is None:
            return None
        besides = Besides.of(waiting.gives_back) if waiting.gives_back else None
        patient_id = waiting.entry.patient_id
        own = Question(service_id, self.window, (self.clinic_id,), patient_id=patient_id, besides=besides)
        place, lasting, admitted = self._read(own)
        known &= lasting
        return _first(place, known & admitted, waiting.suiting)

    @staticmethod
    def _read(question: Question) -> tuple[Place, set[Found], set[Found]]:
        """What is free whoever asks, and what of it the patient can have now: of the same moment."""
        facts = gather(question)
        place = facts.places[0]
        lasting = lasting_days(facts, place)
        return place, _each(lasting), _each(open_now(lasting, place))


def _each(days: Iterable[DayOfSlots]) -> set[Found]:
    return {Found(slot.start, giver) for day in days for slot in day.slots for giver in slot.practitioner_ids}


def _first(place: Place, free: Iterable[Found], suiting: Suiting) -> Found | None:
    """The first start that suits and leaves time to answer."""
    if place.clinic.offer is None:
        return None
    notice = timedelta(minutes=place.clinic.offer.notice_minutes)
    earliest = walltime.minute_at_or_after(place.now + notice + LEAST)
    suited = (one for one in free if one.start >= earliest and suiting.admits(*one, place))
    return min(suited, default=None)

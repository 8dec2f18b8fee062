"""What is free at a clinic, for those who wait there."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from backend.appointments.availability.gather import Besides, Question, gather
from backend.appointments.availability.search import Slot, days
from backend.appointments.queries.waiting import Waiting
from backend.appointments.rules.facts import Place, Window
from backend.appointments.rules.queue import LEAST, Suiting
from backend.common import walltime

Known = tuple[Place, list[Slot]]


class Found(NamedTuple):
    """A start (epoch minute), and with whom it must be; None: whoever is free."""

    start: int
    practitioner_id: uuid.UUID | None


class FreeTime:
    """The free starts of some dates, read when they are asked for.

    Most of those who wait find nothing: one reading for each service, with no patient in mind, tells so.
    """

    def __init__(self, clinic_id: uuid.UUID, window: Window) -> None:
        self.clinic_id, self.window = clinic_id, window
        self._known: dict[uuid.UUID, Known] = {}

    def forget(self) -> None:
        """Something was taken: what is known is old."""
        self._known.clear()

    def first_for(self, waiting: Waiting) -> Found | None:
        """The first start that suits and that every rule admits for the patient, as if the visit that would be given
        back were not there."""
        service_id = waiting.entry.service_id
        if service_id not in self._known:
            self._known[service_id] = self._read(Question(service_id, self.window, (self.clinic_id,)))
        if _first(*self._known[service_id], waiting.suiting) is None:
            return None
        besides = Besides.of(waiting.gives_back) if waiting.gives_back else None
        patient_id = waiting.entry.patient_id
        own = Question(service_id, self.window, (self.clinic_id,), patient_id=patient_id, besides=besides)
        return _first(*self._read(own), waiting.suiting)

    @staticmethod
    def _read(question: Question) -> Known:
        facts = gather(question)
        return facts.places[0], [slot for day in days(facts) for slot in day.slots]


def _first(place: Place, slots: Iterable[Slot], suiting: Suiting) -> Found | None:
    """The first start that suits and leaves time to answer."""
    if place.clinic.offer is None:
        return None
    notice = timedelta(minutes=place.clinic.offer.notice_minutes)
    earliest = walltime.minute_at_or_after(place.now + notice + LEAST)
    for slot in slots:
        end = slot.start + place.service.until_free_minutes
        if slot.start >= earliest and suiting.admits(slot.start, end, place.clinic.zone):
            if not suiting.practitioner_ids:
                return Found(slot.start, None)
            if suited := suiting.choose(slot.practitioner_ids):
                return Found(slot.start, suited[0])
    return None

"""Reading the facts that the rules ask for."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import Any

import orjson
from django.db import connection

from backend.appointments.availability import decode, statements
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import (
    Lane,
    PatientFacts,
    Place,
    PractitionerFacts,
    ServiceFacts,
    Window,
)
from backend.common.errors import NotFound
from backend.common.ids import array_of
from backend.common.periods import Periods
from backend.common.walltime import minute_of

# A local date reaches at most fourteen hours beyond the same date in UTC, and a run at most a day beyond its date.
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Besides:
    """A row to look past, as if it were not there: the hold that is being booked, the visit that is being moved."""

    row_id: uuid.UUID
    practitioner_id: uuid.UUID
    room_id: uuid.UUID
    occupied: tuple[datetime, datetime]
    also: "Besides | None" = None
    """A second row, where two change places."""

    @classmethod
    def of(cls, row: Appointment, *, also: "Besides | None" = None) -> "Besides":
        """What the row takes just now."""
        return cls(row.pk, row.practitioner_id, row.room_id, (row.occupied_from, row.occupied_until), also)

    @property
    def row_ids(self) -> list[uuid.UUID]:
        """The rows."""
        return [self.row_id, *(self.also.row_ids if self.also else ())]

    def freeing(self, owner: uuid.UUID) -> Periods:
        """What its absence frees of a practitioner or room: constraints keep anybody else out of that run."""
        others = self.also.freeing(owner) if self.also else Periods.NONE
        if owner not in (self.practitioner_id, self.room_id):
            return others
        begin, until = self.occupied
        return Periods.of([(minute_of(begin), minute_of(until))]) | others


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a service on some dates. Empty clinics or practitioners mean any that offer it."""

    service_id: uuid.UUID
    window: Window
    clinic_ids: tuple[uuid.UUID, ...] = ()
    practitioner_ids: tuple[uuid.UUID, ...] = ()
    patient_id: uuid.UUID | None = None
    besides: Besides | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The answer: one place per clinic, and who may be asked there. `now` is the database's clock (R12).

    `holds_end`, by practitioner, room or patient: when the first of their holds runs out, of those who have any.
    """

    now: datetime
    service: ServiceFacts
    patient: PatientFacts | None
    places: tuple[Place, ...]
    practitioners: tuple[PractitionerFacts, ...]
    holds_end: Mapping[uuid.UUID, datetime] = field(default_factory=dict)

    def lanes_at(self, place: Place) -> Iterator[Lane]:
        """The practitioners who give the service at this place."""
        for practitioner in self.practitioners:
            if place.clinic.id in practitioner.offered_at:
                yield Lane(place, practitioner)


def gather(question: Question) -> Facts:
    """Read everything the rules need, in one statement. Raises NotFound for a service, clinic or practitioner that
    does not exist."""
    now, read = _read(question)
    clinics, people = read["clinics"], read["people"]
    if (
        read["service"] is None
        or len(clinics) < len(set(question.clinic_ids))
        or len(people) < len(set(question.practitioner_ids))
    ):
        raise NotFound
    service, busy = decode.service(read["service"]), _busy(question, read["busy"])
    holds_end = {uuid.UUID(owner): one.until for owner, one in busy.items() if one.until}
    patient = None
    if question.patient_id:
        patient, until = _patient(question.patient_id, read)
        holds_end |= {patient.id: until} if until else {}
    places = tuple(
        Place(service, decode.clinic(terms, rooms, service, busy), patient, now, question.window)
        for terms, rooms in clinics
    )
    people = tuple(decode.practitioner(row, busy) for row in people)
    return Facts(now, service, patient, places, people, holds_end)


def gather_patient(question: Question, patient_id: uuid.UUID) -> tuple[datetime, PatientFacts, datetime | None]:
    """The facts of the patient alone, when they were read, and when the first of the patient's holds runs out."""
    now, read = _read(question, statements.PATIENT)
    return now, *_patient(patient_id, read)


def _patient(patient_id: uuid.UUID, read: dict[str, Any]) -> tuple[PatientFacts, datetime | None]:
    until = min((datetime.fromisoformat(end) for *_, end in read["visits"] if end), default=None)
    return decode.patient(patient_id, read), until


def _read(question: Question, statement: str = statements.FACTS) -> tuple[datetime, dict[str, Any]]:
    first, last = question.window.first - MARGIN, question.window.last + MARGIN
    parameters: dict[str, Any] = {
        "service_id": question.service_id,
        "clinic_ids": array_of(question.clinic_ids),
        "practitioner_ids": array_of(question.practitioner_ids),
        "patient_id": question.patient_id,
        "besides": array_of(question.besides.row_ids if question.besides else ()),
        "first": first,
        "last": last,
        "begin": datetime.combine(first, time.min, UTC),
        "until": datetime.combine(last, time.max, UTC),
        "first_date": question.window.first,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        now, document = cursor.fetchone()
    return now, orjson.loads(document)


def _busy(question: Question, owned: Iterable[Iterable[Sequence[Any]]]) -> dict[str, decode.Busy]:
    besides = question.besides
    return {
        owner: decode.busy(begins, ends, until, besides.freeing(uuid.UUID(owner)) if besides else Periods.NONE)
        for owner, begins, ends, until in chain.from_iterable(owned)
    }

"""Reading the facts that the rules ask for: a constant number of statements."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson
from django.db import connection

from backend.appointments.availability import decode, statements
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import (
    ClinicFacts,
    Lane,
    PatientFacts,
    Place,
    PractitionerFacts,
    ServiceFacts,
    Window,
)
from backend.common.errors import NotFound
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

    @classmethod
    def of(cls, row: Appointment) -> "Besides":
        """What the row takes just now."""
        return cls(row.pk, row.practitioner_id, row.room_id, (row.occupied_from, row.occupied_until))

    def freeing(self, owner: uuid.UUID) -> Periods:
        """What its absence frees of a practitioner or room: constraints keep anybody else out of that run."""
        if owner not in (self.practitioner_id, self.room_id):
            return Periods.NONE
        begin, until = self.occupied
        return Periods.of([(minute_of(begin), minute_of(until))])


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
    """The answer: one place per clinic, and who may be asked there. `now` is the database's clock (R12)."""

    now: datetime
    service: ServiceFacts
    patient: PatientFacts | None
    places: tuple[Place, ...]
    practitioners: tuple[PractitionerFacts, ...]

    def lanes_at(self, place: Place) -> Iterator[Lane]:
        """The practitioners who give the service at this place."""
        for practitioner in self.practitioners:
            if place.clinic.id in practitioner.offered_at:
                yield Lane(place, practitioner)


def gather(question: Question) -> Facts:
    """Read everything the rules need. Raises NotFound for a service, clinic or practitioner that does not exist."""
    now, service, clinics = _setting(question)
    people = _people(question, clinics)
    patient = _patient(question, question.patient_id, service, now) if question.patient_id else None
    busy = _busy(question, [p.id for p in people], [room.id for c in clinics for room in c.rooms], now)
    window = question.window
    places = tuple(Place(service, decode.with_busy_rooms(clinic, busy), patient, now, window) for clinic in clinics)
    return Facts(now, service, patient, places, tuple(decode.with_busy(person, busy) for person in people))


def _span(window: Window) -> dict[str, Any]:
    return {
        "first": window.first - MARGIN,
        "last": window.last + MARGIN,
        "begin": datetime.combine(window.first - MARGIN, time.min, UTC),
        "until": datetime.combine(window.last + MARGIN, time.max, UTC),
    }


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    # Documents come as text: Django keeps the driver from reading JSON.
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _setting(question: Question) -> tuple[datetime, ServiceFacts, list[ClinicFacts]]:
    wanted = list(question.clinic_ids)
    parameters = {
        **_span(question.window),
        "service_id": question.service_id,
        "clinic_ids": wanted,
        "any_clinic": not wanted,
    }
    [(now, service, clinics)] = _rows(statements.SETTING, parameters)
    rows = orjson.loads(clinics)
    if service is None or len(rows) < len(set(wanted)):
        raise NotFound
    facts = decode.service(orjson.loads(service))
    return now, facts, [decode.clinic(row, facts) for row in rows]


def _people(question: Question, clinics: Sequence[ClinicFacts]) -> list[PractitionerFacts]:
    wanted = list(question.practitioner_ids)
    parameters = {
        **_span(question.window),
        "service_id": question.service_id,
        "clinic_ids": [clinic.id for clinic in clinics],
        "practitioner_ids": wanted,
        "any_practitioner": not wanted,
    }
    rows = _rows(statements.PEOPLE, parameters)
    people = [decode.practitioner((key, is_active, *map(orjson.loads, rest))) for key, is_active, *rest in rows]
    if len(people) < len(set(wanted)):
        raise NotFound
    return people


def _busy(
    question: Question, practitioner_ids: list[uuid.UUID], room_ids: list[uuid.UUID], now: datetime
) -> dict[uuid.UUID, decode.Busy]:
    parameters = {**_span(question.window), "practitioner_ids": practitioner_ids, "room_ids": room_ids, "now": now}
    besides = question.besides
    return {
        owner: decode.busy(begins, ends, besides.freeing(owner) if besides else Periods.NONE)
        for owner, begins, ends in _rows(statements.BUSY, parameters)
    }


def _patient(question: Question, patient_id: uuid.UUID, service: ServiceFacts, now: datetime) -> PatientFacts:
    parameters = {
        **_span(question.window),
        "service_id": question.service_id,
        "patient_id": patient_id,
        "first_date": question.window.first,
        "last_date": question.window.last,
        "besides": question.besides.row_id if question.besides else None,
        "reach": timedelta(days=service.spacing_days + 1),
        "now": now,
    }
    [(visits, clearances)] = _rows(statements.PATIENT, parameters)
    return decode.patient(patient_id, orjson.loads(visits), orjson.loads(clearances))

"""Search over what is kept: only what has changed is read and worked out again."""

import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from backend.appointments.availability.gather import Facts, Question, gather, gather_patient
from backend.appointments.availability.kept import Entry, Kept
from backend.appointments.availability.search import DayOfSlots, in_order, lasting_days, open_now
from backend.appointments.availability.stamps import Stamps
from backend.appointments.rules.facts import ClinicFacts, PatientFacts, Place, ServiceFacts


@dataclass(frozen=True, slots=True)
class Calendar:
    """A service at one clinic in a window: on what terms, and what is free there whoever asks and when."""

    service: ServiceFacts
    clinic: ClinicFacts
    days: tuple[DayOfSlots, ...]

    @property
    def weight(self) -> int:
        """About how many bytes it takes, written days included."""
        return 4_000 + sum(500 + sum(230 + 50 * len(who) for _, who in day.slots) for day in self.days)


# Bytes, about. With what Python and Django take themselves, two workers stay well below 400 MB (M1).
CALENDARS: Kept[Calendar] = Kept(16_000_000)
PATIENTS: Kept[PatientFacts] = Kept(2_000_000)
ANSWERS: Kept[bytes] = Kept(4_000_000)
"""As they were sent, by entity tag: it says all that they depend on."""


def look(question: Question, stamps: Stamps) -> tuple[Facts, list[DayOfSlots]]:
    """The facts, without practitioners, and the days as `search.days` finds them; one statement, or none if nothing
    has changed. The stamps were read before, for this very question.
    """
    found = {clinic_id: _kept(question, stamps, clinic_id, state) for clinic_id, state in stamps.clinics}
    missing = tuple(clinic_id for clinic_id, calendar in found.items() if calendar is None)
    if missing or not found:
        facts = gather(replace(question, clinic_ids=missing))
        states = dict(stamps.clinics)
        found |= {place.clinic.id: _keep(question, stamps, facts, place, states) for place in facts.places}
        service, patient = facts.service, facts.patient
        if patient:
            _keep_patient(question, stamps, patient, facts.now, facts.holds_end.get(patient.id))
    calendars = [calendar for calendar in found.values() if calendar is not None]
    if not missing and found:
        service, patient = calendars[0].service, _patient(question, stamps)
    places = tuple(Place(service, one.clinic, patient, stamps.now, question.window) for one in calendars)
    open_days = [open_now(one.days, place) for one, place in zip(calendars, places, strict=True)]
    return Facts(stamps.now, service, patient, places, ()), in_order(open_days)


def forget() -> None:
    """Begin anew, as a new process does."""
    CALENDARS.clear()
    PATIENTS.clear()
    ANSWERS.clear()


def _key(question: Question, clinic_id: uuid.UUID) -> Hashable:
    # Numbers, since an id's own hash is written in Python.
    return question.service_id, clinic_id, question.window, frozenset(one.int for one in question.practitioner_ids)


def _kept(question: Question, stamps: Stamps, clinic_id: uuid.UUID, state: str) -> Calendar | None:
    return CALENDARS.get(_key(question, clinic_id), (stamps.service, state), stamps.now)


def _keep(question: Question, stamps: Stamps, facts: Facts, place: Place, states: Mapping[uuid.UUID, str]) -> Calendar:
    """Work out a clinic's calendar and keep it. What bound a visit that long is not asked again, so it is let go."""
    rooms = place.clinic.rooms
    terms = replace(place.clinic, opening=(), closures=(), rooms=())
    calendar = Calendar(place.service, terms, lasting_days(facts, place))
    if place.clinic.id in states:
        concerned = [room.id for room in rooms] + [lane.practitioner.id for lane in facts.lanes_at(place)]
        until = min((facts.holds_end[one] for one in concerned if one in facts.holds_end), default=None)
        state = stamps.service, states[place.clinic.id]
        entry = Entry(calendar, state, facts.now, until, calendar.weight)
        CALENDARS.put(_key(question, place.clinic.id), entry)
    return calendar


def _patient(question: Question, stamps: Stamps) -> PatientFacts | None:
    if question.patient_id is None:
        return None
    kept = PATIENTS.get(_patient_key(question), (stamps.service, stamps.patient), stamps.now)
    if kept:
        return kept
    now, patient, until = gather_patient(question, question.patient_id)
    _keep_patient(question, stamps, patient, now, until)
    return patient


def _patient_key(question: Question) -> Hashable:
    return question.patient_id, question.service_id, question.window


def _keep_patient(
    question: Question, stamps: Stamps, patient: PatientFacts, now: datetime, until: datetime | None
) -> None:
    weight = 2_000 + 100 * (len(patient.busy.bounds) + len(patient.same_service_dates) + len(patient.clearances))
    entry = Entry(patient, (stamps.service, stamps.patient), now, until, weight)
    PATIENTS.put(_patient_key(question), entry)

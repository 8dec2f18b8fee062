"""Four weeks behind and eight ahead: the named patients' stories first, then everyone else around them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from backend.clinics.models import Clinic, Service
from backend.config.demo.diary import Diary
from backend.config.demo.patients import Patients
from backend.config.demo.places import Places
from backend.config.demo.services import Services
from backend.config.demo.staff import Staff
from backend.patients.models import Patient
from backend.practitioners.models import Offering, Practitioner

DAYS_BEHIND, DAYS_AHEAD = 28, 56
# The chance that a free start is taken. Sparser with time, since people book for the weeks before them.
DENSITY_NOW, DENSITY_LAST = 0.33, 0.22
WEIGHTS = {"physio-initial": 1, "physio-follow-up": 5, "ims-assessment": 1, "ims-treatment": 6, "massage": 4}
TRIES = 8


class StoryNotTold(Exception):
    """A named patient's visit found no place: the demo's hours and its stories disagree."""


def tell_stories(
    diary: Diary, patients: Patients, staff: Staff, places: Places, services: Services, today: date
) -> None:
    """Plan the visits that `api` §9 promises of the named patients. Raises StoryNotTold."""
    coquitlam, langley = places.coquitlam, places.langley
    courses = {patients.cleared: (10, 2), patients.review: (8, 4)}  # days since the last session, sessions done
    for patient, (since, done) in courses.items():
        services_in_turn = [*[services.ims_treatment] * done, services.ims_assessment]
        for weeks, service in enumerate(services_in_turn):
            day = today - timedelta(days=since + 7 * weeks)
            _first_place(diary, patient, (staff.ims, staff.ims_expiring), coquitlam, service, [day])
    physio = (staff.physio,)
    stories: list[tuple[Patient, Clinic, Service, int]] = [
        (patients.parent, coquitlam, services.physio_initial, -14),
        (patients.parent, coquitlam, services.physio_follow_up, 6),
        (patients.child, coquitlam, services.physio_initial, 4),
        (patients.stranger, langley, services.physio_initial, -12),
        (patients.stranger, langley, services.physio_follow_up, 3),
    ]
    for patient, clinic, service, offset in stories:
        week = [today + timedelta(days=offset + more) for more in range(7)]
        _first_place(diary, patient, physio, clinic, service, week)


def fill(diary: Diary, patients: Patients, staff: Staff, places: Places, today: date, rng: random.Random) -> None:
    """Plan everyone else's visits on every working day of the twelve weeks."""
    offers = diary.draft.of(Offering)
    for offset in range(-DAYS_BEHIND, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        density = DENSITY_NOW - (DENSITY_NOW - DENSITY_LAST) * max(0, offset) / DAYS_AHEAD
        for practitioner in staff.all:
            for clinic in places.all:
                services = [
                    offer.service
                    for offer in offers
                    if (offer.practitioner_id, offer.clinic_id) == (practitioner.pk, clinic.pk)
                    and diary.may_give(practitioner, clinic, offer.service, day)
                ]
                if services and diary.hours(practitioner, clinic, day):
                    _fill_day(diary, patients, practitioner, clinic, services, day, density, rng)


def _fill_day(
    diary: Diary,
    patients: Patients,
    practitioner: Practitioner,
    clinic: Clinic,
    services: list[Service],
    day: date,
    density: float,
    rng: random.Random,
) -> None:
    weights = [WEIGHTS[service.code] for service in services]
    for minute in diary.grid(clinic, services[0], day):
        if rng.random() >= density:
            continue
        (service,) = rng.choices(services, weights)
        people = patients.in_ims if service.needs_clearance else patients.others
        patient = next((one for one in _some(people[clinic], rng) if diary.suits(one, service, day)), None)
        if patient is not None:
            diary.place(patient, practitioner, clinic, service, day, minute)


def _some(people: list[Patient], rng: random.Random) -> Iterator[Patient]:
    return (rng.choice(people) for _ in range(TRIES))


def _first_place(
    diary: Diary,
    patient: Patient,
    practitioners: tuple[Practitioner, ...],
    clinic: Clinic,
    service: Service,
    days: list[date],
) -> None:
    for day in days:
        for practitioner in practitioners:
            for minute in diary.grid(clinic, service, day):
                if diary.place(patient, practitioner, clinic, service, day, minute):
                    return
    raise StoryNotTold(f"{service.code} of {patient} from {days[0]}")

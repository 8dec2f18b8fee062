"""People under care: those who sign in, and enough others to fill the calendars."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from backend.accounts.models import User
from backend.clinics.models import Clinic
from backend.config.demo import cast
from backend.config.demo.draft import Draft
from backend.config.demo.pathway import add_assessment
from backend.config.demo.places import Places
from backend.config.demo.staff import Users
from backend.patients.enums import LinkOrigin, Relationship
from backend.patients.models import Guardianship, Patient, PatientClinic

# fmt: off
GIVEN = (
    "Aisha", "Ben", "Carmen", "Dmitri", "Esther", "Farid", "Gloria", "Hugo", "Ingrid", "Jamal",
    "Kavya", "Leon", "Mei", "Nadia", "Omar", "Paula", "Quentin", "Rosa", "Samir", "Talia", "Umar",
    "Vera", "Wen", "Yara", "Zoe",
)
FAMILY = (
    "Abbott", "Bouchard", "Campbell", "Desai", "Eriksen", "Fortin", "Gagnon", "Hughes", "Ivanov",
    "Joshi", "Kim", "Leblanc", "Moreau", "Nguyen", "Olsen", "Pelletier", "Quinn", "Roy", "Sharma",
    "Thompson", "Usman", "Vasquez", "Wong", "Yamada", "Ziegler",
)
# fmt: on
FILLERS_BY_CLINIC = {"coquitlam": 110, "langley": 60, "toronto": 60}
ASSESSED_AGO = timedelta(days=60)
CLEARED_SHARE = 3  # one in so many of them is in an IMS course


@dataclass(frozen=True, slots=True)
class Patients:
    """The named patients, and the others by clinic; `in_ims` are the others who are cleared."""

    cleared: Patient
    review: Patient
    parent: Patient
    child: Patient
    flagged: Patient
    stranger: Patient
    others: Mapping[Clinic, list[Patient]]
    in_ims: Mapping[Clinic, list[Patient]]


def add_patients(
    draft: Draft, users: Users, places: Places, *, certified: Mapping[Clinic, User], today: date, rng: random.Random
) -> Patients:
    """Draft all patients; `certified` signs the assessments of a clinic's patients."""
    own = {person: _add_own(draft, person, users[person], rng) for person in cast.PATIENTS}
    birth = today - timedelta(days=9 * 365)
    child = draft.add(Patient(given_name="Emile", family_name="Dubois", birth_date=birth, language="fr"))
    mother, relationship = users[cast.PARENT], Relationship.PARENT
    draft.add(Guardianship(guardian=mother, patient=child, relationship=relationship, starts_on=birth))
    for patient in (*own.values(), child):
        clinic = places.langley if patient is own[cast.STRANGER] else places.coquitlam
        draft.add(PatientClinic(patient=patient, clinic=clinic, origin=LinkOrigin.DESK))
    assessed = today - ASSESSED_AGO
    for person in (cast.CLEARED, cast.REVIEW):
        add_assessment(draft, own[person], places.coquitlam, certified[places.coquitlam], on=assessed)

    others, in_ims = {}, {}
    for clinic in places.all:
        some = [_add_other(draft, clinic, rng) for _ in range(FILLERS_BY_CLINIC[clinic.slug])]
        others[clinic], in_ims[clinic] = some, some[::CLEARED_SHARE]
        for patient in in_ims[clinic]:
            add_assessment(draft, patient, clinic, certified[clinic], on=assessed)
    return Patients(
        cleared=own[cast.CLEARED],
        review=own[cast.REVIEW],
        parent=own[cast.PARENT],
        child=child,
        flagged=own[cast.FLAGGED],
        stranger=own[cast.STRANGER],
        others=others,
        in_ims=in_ims,
    )


def _add_own(draft: Draft, person: cast.Person, user: User, rng: random.Random) -> Patient:
    return draft.add(
        Patient(
            user=user,
            given_name=person.given_name,
            family_name=person.family_name,
            birth_date=_adult_birth_date(rng),
            email=person.email,
            phone="+16045550150",
            language=person.language,
        )
    )


def _add_other(draft: Draft, clinic: Clinic, rng: random.Random) -> Patient:
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    patient = draft.add(
        Patient(
            given_name=given,
            family_name=family,
            birth_date=_adult_birth_date(rng),
            email=f"{given}.{family}.{rng.randrange(10_000)}@patients.demo.test".lower(),
            phone=f"+16045550{rng.randrange(100, 200)}",
            language="fr" if rng.random() < 0.15 else "en",
        )
    )
    draft.add(PatientClinic(patient=patient, clinic=clinic, origin=LinkOrigin.BOOKING))
    return patient


def _adult_birth_date(rng: random.Random) -> date:
    return date(1945, 1, 1) + timedelta(days=rng.randrange(60 * 365))

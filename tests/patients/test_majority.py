"""Guardians of a minor lose their rights on the day the patient comes of age, by the law of the province (D2)."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from django.core import mail
from django.db import connection

from backend.clinics.enums import Province
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.models import ClockOffset
from backend.patients.models import Guardianship, Patient, PatientClinic
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WESTERNMOST = timezone(-timedelta(hours=8))


def at(day: date, hour: int) -> None:
    """Move the clock to that hour at UTC-8."""
    ClockOffset.objects.all().delete()
    ClockOffset.objects.create(offset=datetime.combine(day, time(hour), WESTERNMOST) - clock.now())


def is_dependant(guardian: Patient, patient: Patient) -> bool:
    assert guardian.user
    listed = ApiClient().as_(guardian.user).get("/v1/me/patients").json()["results"]
    return str(patient.pk) in {one["id"] for one in listed}


def known_in(patient: Patient, *clinics: Clinic) -> None:
    PatientClinic.objects.filter(patient=patient).delete()
    for clinic in clinics:
        PatientClinic.objects.create(patient=patient, clinic=clinic, origin="desk")


@pytest.mark.parametrize(
    ("born", "where", "adult"),
    [
        ("2017-05-05", ["coquitlam"], "2036-05-05"),
        ("2017-05-05", ["toronto"], "2035-05-05"),
        ("2017-05-05", ["coquitlam", "toronto"], "2035-05-05"),
        ("2017-05-05", [], "2035-05-05"),
        ("2016-02-29", ["coquitlam"], "2035-02-28"),
    ],
)
def test_a_guardian_acts_until_the_eve_of_the_birthday(cast: Cast, born: str, where: list[str], adult: str) -> None:
    Patient.objects.filter(pk=cast.child.pk).update(birth_date=born)
    known_in(cast.child, *(getattr(cast, name) for name in where))
    day = date.fromisoformat(adult)
    at(day - timedelta(days=1), 23)
    assert is_dependant(cast.parent, cast.child)
    at(day, 0)
    assert not is_dependant(cast.parent, cast.child)


def test_who_began_when_the_patient_was_an_adult_goes_on(cast: Cast) -> None:
    known_in(cast.child, cast.coquitlam)
    Guardianship.objects.filter(patient=cast.child).update(starts_on="2036-05-05")
    at(date(2036, 5, 4), 12)
    assert not is_dependant(cast.parent, cast.child), "it has yet to begin"
    at(date(2046, 5, 5), 12)
    assert is_dependant(cast.parent, cast.child)


def test_without_a_birth_date_nobody_comes_of_age(cast: Cast) -> None:
    Patient.objects.filter(pk=cast.child.pk).update(birth_date=None)
    at(date(2060, 1, 1), 12)
    assert is_dependant(cast.parent, cast.child)


def test_an_earlier_last_day_counts(cast: Cast) -> None:
    Guardianship.objects.filter(patient=cast.child).update(ends_on="2030-01-01")
    at(date(2030, 1, 1), 23)
    assert is_dependant(cast.parent, cast.child)
    at(date(2030, 1, 2), 0)
    assert not is_dependant(cast.parent, cast.child)


def test_every_province_has_its_age() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT p, age_of_majority(p) FROM unnest(%s::text[]) AS p", [list(Province.values)])
        ages = dict(cursor.fetchall())
    assert {name for name, age in ages.items() if age == 18} == {"AB", "MB", "ON", "PE", "QC", "SK"}
    assert {name for name, age in ages.items() if age == 19} == {"BC", "NB", "NL", "NS", "NT", "NU", "YT"}


def test_nobody_is_mailed_in_the_place_of_an_adult(cast: Cast) -> None:
    from backend.appointments.mails import _readers  # noqa: PLC0415

    known_in(cast.child, cast.coquitlam)
    assert [address for address, _ in _readers(cast.child)] == [cast.parent.email]
    at(date(2036, 5, 5), 0)
    assert list(_readers(cast.child)) == []
    assert mail.outbox == []

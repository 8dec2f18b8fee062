"""Who was taken on at the desk takes over that record with a verified address and the birth date."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.config.settings.budgets import BUDGETS, Budget
from backend.events.models import DomainEvent
from backend.patients.models import Consent, Patient, PatientClinic
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CLAIM, BORN = "/v1/me/patients/claim", "1970-01-02"


@pytest.fixture
def desks(cast: Cast) -> Patient:
    """What the desk at Coquitlam knows of Nora."""
    names = {"given_name": "Nora", "family_name": "Desk"}
    made: Patient = Patient.objects.create(**names, email="nora@example.test", birth_date=BORN)
    PatientClinic.objects.create(patient=made, clinic=cast.coquitlam, origin="desk")
    return made


@pytest.fixture
def nora(cast: Cast) -> User:
    """Who registered, and confirmed the address."""
    names = {"given_name": "Nora", "family_name": "New"}
    user = User.objects.create_user("nora@example.test", None, email_verified_at=cast.now, **names)
    Patient.objects.create(user=user, email=user.email, **names)
    return user


def claim(user: User, born: str = BORN) -> Any:
    return ApiClient().as_(user).post(CLAIM, {"birth_date": born})


def test_the_record_of_the_desk_becomes_ones_own(cast: Cast, desks: Patient, nora: User) -> None:
    own = Patient.objects.get(user=nora)
    answer = claim(nora)
    body = answer.json()
    assert (answer.status_code, body["id"], body["tie"]) == (200, str(desks.pk), "self")
    assert (body["family_name"], body["birth_date"], body["has_account"]) == ("New", BORN, True)
    me = ApiClient().as_(nora).get("/v1/me").json()
    assert me["patient_id"] == str(desks.pk)
    assert not Patient.objects.filter(pk=own.pk).exists()
    desk = ApiClient().as_(cast.desk_coquitlam)
    assert desk.get(f"/v1/patients/{desks.pk}").json()["has_account"] is True
    entry = AuditEntry.objects.get(action="patient.claimed")
    assert (entry.actor_id, entry.patient_id, entry.before) == (nora.pk, desks.pk, {"patient_id": str(own.pk)})
    assert str(DomainEvent.objects.get(type="patient.claimed.v1").subject_id) == str(desks.pk)


def test_wrong_and_unknown_are_answered_alike(cast: Cast, desks: Patient, nora: User) -> None:
    wrong = claim(nora, "1970-01-03")
    assert cast.patient.user
    answers = [wrong, claim(cast.patient.user)]
    twin = Patient.objects.create(given_name="T", family_name="T", email=nora.email, birth_date=BORN)
    answers.append(claim(nora))
    twin.delete()
    User.objects.filter(pk=nora.pk).update(email_verified_at=None)
    answers.append(claim(nora))
    told = [{**answer.json(), "request_id": ""} for answer in answers]
    assert (wrong.status_code, told) == (404, [told[0]] * 4)
    assert Patient.objects.get(pk=desks.pk).user_id is None


def test_a_record_of_an_account_is_nobody_elses(cast: Cast, nora: User) -> None:
    Patient.objects.filter(pk=cast.patient.pk).update(email=nora.email, birth_date=BORN)
    assert refusal(claim(nora)) == (404, "not_found")


def test_who_has_a_history_of_their_own_asks_the_desk(cast: Cast, desks: Patient, nora: User) -> None:
    PatientClinic.objects.create(patient=Patient.objects.get(user=nora), clinic=cast.langley, origin="booking")
    assert refusal(claim(nora)) == (409, "already_exists")
    assert refusal(claim(nora, "1970-01-03")) == (404, "not_found"), "who guesses learns nothing"
    assert Patient.objects.filter(user=nora, family_name="New").exists()


def test_nothing_of_the_record_is_lost(cast: Cast, desks: Patient, nora: User) -> None:
    before = {model._meta.db_table: model._default_manager.count() for model in (PatientClinic, Consent)}
    claim(nora)
    assert before == {model._meta.db_table: model._default_manager.count() for model in (PatientClinic, Consent)}
    assert PatientClinic.objects.get(patient=desks).clinic_id == cast.coquitlam.pk


def test_nobody_tries_birth_dates_without_end(desks: Patient, nora: User, settings: Settings) -> None:
    assert BUDGETS["claim"] == (5, timedelta(days=1))
    settings.BUDGETS = {**BUDGETS, "claim": Budget(1, timedelta(days=1))}
    assert refusal(claim(nora, "1970-01-03")) == (404, "not_found")
    assert refusal(claim(nora)) == (429, "rate_limited")

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from backend.audit.models import AuditEntry
from backend.common.models import BudgetUse
from backend.config.settings.budgets import BUDGETS, Budget
from backend.events.models import DomainEvent
from backend.patients.enums import LinkOrigin
from backend.patients.models import Patient, PatientClinic
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LOOKUP = "/v1/patients/lookup"
BORN = "1985-05-05"


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.desk_coquitlam)


@pytest.fixture
def two_an_hour(settings: Settings) -> None:
    settings.BUDGETS = {**BUDGETS, "patient_lookup": Budget(2, timedelta(hours=1))}


def asked(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"clinic_id": str(cast.coquitlam.pk), "birth_date": BORN, **more}


@pytest.mark.parametrize("way", [{"email": "Stranger@Example.test"}, {"phone": "604-555-0177"}])
def test_a_patient_of_another_clinic_becomes_known_here(cast: Cast, desk: ApiClient, way: dict[str, str]) -> None:
    Patient.objects.filter(pk=cast.stranger.pk).update(phone="+16045550177")
    path = f"/v1/patients/{cast.stranger.pk}"
    assert desk.get(path).status_code == 404
    answer = desk.post(LOOKUP, asked(cast, **way))
    assert (answer.status_code, answer.json()["id"]) == (200, str(cast.stranger.pk))
    assert desk.get(path).status_code == 200
    link = PatientClinic.objects.get(patient=cast.stranger, clinic=cast.coquitlam)
    assert link.origin == LinkOrigin.DESK
    entry = AuditEntry.objects.get(action="patient.looked_up")
    assert (entry.actor_id, entry.patient_id) == (cast.desk_coquitlam.pk, cast.stranger.pk)
    assert (entry.clinic_id, entry.after) == (cast.coquitlam.pk, {"is_newly_known": True})
    event = DomainEvent.objects.get(type="patient.linked.v1")
    assert (event.subject_id, event.clinic_id, event.payload) == (cast.stranger.pk, cast.coquitlam.pk, {})


def test_who_is_known_already_is_answered_and_written_down(cast: Cast, desk: ApiClient) -> None:
    assert desk.post(LOOKUP, asked(cast, email=cast.patient.email)).status_code == 200
    assert PatientClinic.objects.filter(patient=cast.patient).count() == 1
    assert AuditEntry.objects.get(action="patient.looked_up").after == {"is_newly_known": False}
    assert not DomainEvent.objects.filter(type="patient.linked.v1").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "stranger@example.tes"},
        {"email": "stranger@example.test", "birth_date": "1985-05-06"},
        {"email": "stranger@example.test", "phone": "604 555 0178"},
        {"email": "stranger@example.test", "given_name": "Strange"},
    ],
)
def test_all_of_it_must_match(cast: Cast, desk: ApiClient, wrong: dict[str, str]) -> None:
    assert refusal(desk.post(LOOKUP, asked(cast, **wrong))) == (404, "not_found")
    assert not PatientClinic.objects.filter(patient=cast.stranger, clinic=cast.coquitlam).exists()


def test_a_birth_date_alone_finds_nobody(cast: Cast, desk: ApiClient) -> None:
    answer = desk.post(LOOKUP, asked(cast))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")


def test_twins_are_told_apart_by_the_given_name(cast: Cast, desk: ApiClient) -> None:
    shared: dict[str, Any] = {"family_name": "Roy", "birth_date": date(1985, 5, 5), "phone": "+16045550177"}
    Patient.objects.create(given_name="Léo", **shared)
    other = Patient.objects.create(given_name="Lia", **shared)
    answer = desk.post(LOOKUP, asked(cast, phone="+16045550177"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/given_name")
    answer = desk.post(LOOKUP, asked(cast, phone="+16045550177", given_name="LÍA"))
    assert answer.json()["id"] == str(other.pk)
    assert PatientClinic.objects.filter(patient__family_name="Roy").count() == 1


def test_of_two_records_of_one_person_their_own_is_taken(cast: Cast, desk: ApiClient) -> None:
    """The record that a desk made is older, but the person sees to the other one."""
    stranger = cast.stranger
    older = Patient.objects.create(
        id="00000000-0000-7000-8000-000000000001",
        given_name=stranger.given_name,
        family_name=stranger.family_name,
        email=stranger.email,
        birth_date=BORN,
    )
    assert desk.post(LOOKUP, asked(cast, email=stranger.email)).json()["id"] == str(stranger.pk)
    Patient.objects.filter(pk=stranger.pk).update(user=None)
    assert desk.post(LOOKUP, asked(cast, email=stranger.email)).json()["id"] == older.pk


def test_a_retry_looks_up_once(cast: Cast, desk: ApiClient) -> None:
    wanted = asked(cast, email=cast.stranger.email)
    first, again = (desk.post(LOOKUP, wanted, key="k") for _ in range(2))
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (200, first.content, "true")
    assert AuditEntry.objects.filter(action="patient.looked_up").count() == 1


@pytest.mark.parametrize("keys", [(None, None, None), ("a", "b", "c")])
def test_attempts_that_fail_use_up_the_budget(
    cast: Cast, desk: ApiClient, two_an_hour: None, keys: tuple[str | None, ...]
) -> None:
    """With a key the whole operation is one transaction, which a refusal takes back; the count stays (R20)."""
    right, wrong = asked(cast, email=cast.stranger.email), asked(cast, email="nobody@example.test")
    answers = [desk.post(LOOKUP, body, key=key) for body, key in zip((wrong, wrong, right), keys, strict=True)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].json()["code"] == "rate_limited"
    assert 3500 < int(answers[2]["Retry-After"]) <= 3600
    other = ApiClient().as_(cast.manager_coquitlam)
    assert other.post(LOOKUP, right).status_code == 200, "a budget is one person's"
    BudgetUse.objects.update(ends_at=cast.now - timedelta(seconds=1))
    assert desk.post(LOOKUP, right, key="later").status_code == 200


def test_who_may_not_look_up_pays_nothing_and_learns_nothing(cast: Cast, two_an_hour: None) -> None:
    assert cast.patient.user
    person = ApiClient().as_(cast.patient.user)
    known, unknown = (asked(cast, email=email) for email in (cast.stranger.email, "nobody@example.test"))
    assert refusal(person.post(LOOKUP, known)) == refusal(person.post(LOOKUP, unknown)) == (403, "permission_denied")


def test_thirty_an_hour_are_enough_for_a_desk() -> None:
    assert BUDGETS["patient_lookup"] == (30, timedelta(hours=1))

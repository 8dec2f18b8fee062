import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.common import clock
from backend.patients.models import Patient
from tests.accounts.people import PASSWORD, counted_hashes, me, person, refusal, sign_in
from tests.api_client import ApiClient
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

ADA = {"email": "Ada@People.test", "password": PASSWORD, "given_name": "Ada", "family_name": "Featherstone"}

NAMES = (ADA["given_name"], ADA["family_name"])


@pytest.fixture
def register() -> Any:
    def ask(headers: dict[str, str] | None = None, **changes: Any) -> Any:
        answer = ApiClient().post("/v1/auth/register", {**ADA, **changes}, headers=headers)
        run_jobs()
        return answer

    return ask


def test_it_makes_an_account_and_a_patient(register: Any) -> None:
    details = {"phone": "(604) 555-0123", "birth_date": "1990-12-10", "language": "fr"}
    assert register(**details).status_code == 202
    user, patient = User.objects.get(), Patient.objects.get()
    assert (patient.user, user.email, patient.email) == (user, "ada@people.test", "ada@people.test")
    for row in (user, patient):
        assert (row.given_name, row.family_name, row.language, str(row.phone)) == (*NAMES, "fr", "+16045550123")
    assert patient.birth_date == date(1990, 12, 10)
    assert user.email_verified_at is None


def test_the_new_account_signs_in_and_verifies_by_mail(register: Any) -> None:
    register()
    assert mail.outbox[0].to == ["ada@people.test"]
    pair = sign_in(User.objects.get())
    assert me(pair["access"]).json()["patient_id"] == str(Patient.objects.get().id)
    token = re.search(r"#token=(\S+)", str(mail.outbox[0].body))
    assert token
    assert ApiClient().post("/v1/auth/email/verify", {"token": token[1]}).status_code == 204
    assert me(pair["access"]).json()["is_email_verified"] is True


def test_a_known_address_gets_the_same_answer_and_a_different_mail(register: Any) -> None:
    with counted_hashes() as hashes:
        first = register()
        assert hashes.call_count == 1
        second = register(email="ADA@people.test", given_name="Eve", password="another long one")
        assert hashes.call_count == 2
    assert (first.status_code, first.content) == (second.status_code, second.content)
    own = dict.fromkeys(("X-Request-Id", "RateLimit"), "")
    assert {**first.headers, **own} == {**second.headers, **own}
    assert (User.objects.get().given_name, Patient.objects.count()) == ("Ada", 1)
    assert [one.subject for one in mail.outbox] == ["Confirm your e-mail address", "You already have an account"]
    assert "token" not in mail.outbox[1].body
    assert sign_in(User.objects.get())  # with the first password


def test_mails_carry_nothing_that_a_stranger_typed(register: Any) -> None:
    person(email="known@people.test")
    for email in ("known@people.test", "new@people.test"):
        register(email=email, given_name="Visit", family_name="https://evil.test")
    assert [one.to for one in mail.outbox] == [["known@people.test"], ["new@people.test"]]
    assert not any("evil" in f"{one.subject}{one.body}" or "Visit" in one.body for one in mail.outbox)


def test_without_a_language_it_is_that_of_the_request(register: Any) -> None:
    register(headers={"Accept-Language": "fr-CA,fr;q=0.9"})
    assert User.objects.get().language == "fr"
    assert mail.outbox[0].subject == "Confirmez votre adresse courriel"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("password", "short", "too_short"),
        ("password", "password123", "too_common"),
        ("password", "ada@people.test", "too_similar"),
        ("password", "Featherston3", "too_similar"),
        ("password", "", "blank"),
        ("password", "x" * 201, "too_long"),
        ("password", 1234567890, "wrong_type"),
        ("email", "nobody", "invalid"),
        ("email", "a@b.c\nBcc: x@people.test", "invalid"),
        ("given_name", "", "blank"),
        ("given_name", None, "null"),
        ("family_name", "x" * 101, "too_long"),
        ("phone", "12", "invalid"),
        ("phone", "+1 604 000 0000", "invalid"),
        ("birth_date", "1899-12-31", "too_small"),
        ("birth_date", "31.12.1990", "invalid"),
        ("language", "de", "not_a_choice"),
    ],
)
def test_what_is_wrong_is_pointed_at(register: Any, field: str, value: Any, code: str) -> None:
    response = register(**{field: value})
    assert refusal(response) == (400, "validation_failed")
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [(f"/{field}", code)]
    assert not User.objects.exists()
    assert not mail.outbox


def test_nobody_is_born_tomorrow(register: Any) -> None:
    today = clock.now().date()
    response = register(birth_date=(today + timedelta(days=1)).isoformat())
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [("/birth_date", "too_large")]
    assert register(birth_date=today.isoformat()).status_code == 202


def test_a_role_cannot_be_asked_for(register: Any) -> None:
    assert refusal(register(is_active=True)) == (400, "unknown_field")


def test_the_audit_log_tells_of_it_without_the_address(register: Any) -> None:
    register()
    register()
    patient = Patient.objects.get()
    told = AuditEntry.objects.order_by("at").values_list("action", "subject_id", "patient_id", "before", "after")
    assert list(told) == [
        ("account.opened", patient.user_id, None, {}, {}),
        ("patient.registered", patient.id, patient.id, {}, {}),
        ("account.opening_refused", patient.user_id, None, {}, {}),
    ]

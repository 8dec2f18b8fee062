"""What asks for a fresh proof of who it is, and how one is given (RFC 9470)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db.models import F
from pytest_django import Settings

from backend.accounts.models import Session, User
from backend.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, app_code, person, refresh, refusal, sign_in
from tests.accounts.test_passwords import faults
from tests.accounts.test_second_factor import ask, complete, switched_on
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.limits import SetBudget

pytestmark = pytest.mark.django_db

STALE = (403, "step_up_required")


@pytest.fixture(autouse=True)
def _ten_minutes(settings: Settings) -> None:
    settings.PROOF_LIFETIME = timedelta(minutes=10)


@pytest.fixture
def owner(cast: Cast) -> User:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    return cast.owner


def prove(access: str, password: str = PASSWORD, **code: str) -> Any:
    return ApiClient(access).post("/v1/auth/step-up", {"current_password": password, **code})


def wait(minutes: float) -> None:
    """Let so many minutes go by since every proof."""
    Session.objects.update(proved_at=F("proved_at") - timedelta(minutes=minutes))


def ask_for_key(access: str, cast: Cast) -> Any:
    asked = {"name": "Phone system", "clinic_ids": [str(cast.coquitlam.pk)], "scopes": ["tasks:read"]}
    return ApiClient(access).post("/v1/api-keys", asked)


def test_signing_in_is_a_proof_of_ten_minutes(cast: Cast, owner: User) -> None:
    pair = sign_in(owner)
    assert ask_for_key(pair["access"], cast).status_code == 201
    wait(9.5)
    assert ask_for_key(pair["access"], cast).status_code == 201
    wait(1)
    assert refusal(ask_for_key(pair["access"], cast)) == STALE
    renewed = refresh(pair["refresh"]).json()
    assert refusal(ask_for_key(renewed["access"], cast)) == STALE, "new tokens prove nothing"
    assert ApiClient(renewed["access"]).get("/v1/api-keys").status_code == 200


def test_a_proof_lets_one_go_on_in_the_same_session(cast: Cast, owner: User) -> None:
    pair, elsewhere = sign_in(owner), sign_in(owner)
    wait(11)
    assert faults(prove(pair["access"], "wrong horse battery")) == [("/current_password", "invalid")]
    assert refusal(ask_for_key(pair["access"], cast)) == STALE
    answer = prove(pair["access"])
    assert (answer.status_code, answer.json()) == (200, {"expires_in_seconds": 600})
    assert ask_for_key(pair["access"], cast).status_code == 201
    assert refusal(ask_for_key(elsewhere["access"], cast)) == STALE, "another device proved nothing"
    entry = AuditEntry.objects.get(action="session.proved")
    assert (entry.subject_id, entry.actor_id) == (UUID(pair["session_id"]), owner.pk)


def test_a_second_factor_is_part_of_the_proof(cast: Cast, owner: User) -> None:
    secret, (recovery, *_) = switched_on(owner)
    access = complete(ask(owner)["mfa_token"], app_code(secret, steps=1))
    token = access.json()["access"]
    wait(11)
    assert faults(prove(token)) == [("/code", "required")]
    assert faults(prove(token, code="000000")) == [("/code", "invalid")]
    assert faults(prove(token, "wrong horse battery", code=recovery)) == [("/current_password", "invalid")]
    assert refusal(ask_for_key(token, cast)) == STALE
    assert prove(token, code=recovery).status_code == 200
    assert ask_for_key(token, cast).status_code == 201
    assert faults(prove(token, code=recovery)) == [("/code", "invalid")], "a code counts once"


def test_roles_ask_for_a_proof_and_change_nothing_without(cast: Cast, owner: User) -> None:
    access = sign_in(owner)["access"]
    client, members = ApiClient(access), f"/v1/clinics/{cast.coquitlam.pk}/members"
    member = client.get(members).json()["results"][-1]
    wait(11)
    body, path = {"email": cast.desk_langley.email, "role": "front_desk"}, f"/v1/members/{member['id']}"
    stale = [
        client.post(members, body),
        client.post(f"/v1/clinics/{cast.coquitlam.pk}/member-invitations", body),
        client.patch(path, {"role": "front_desk"}, if_match=member["etag"]),
        client.delete(path, if_match=member["etag"]),
    ]
    assert [refusal(one) for one in stale] == [STALE] * 4
    assert client.get(path).json() == member
    prove(access)
    assert client.delete(path, if_match=member["etag"]).status_code == 204


def test_who_has_no_right_is_not_asked_for_a_proof(cast: Cast) -> None:
    desk = ApiClient().as_(cast.desk_coquitlam)
    wait(11)
    members = f"/v1/clinics/{cast.coquitlam.pk}/members"
    body = {"email": cast.desk_langley.email, "role": "front_desk"}
    assert refusal(desk.post(members, body)) == (403, "permission_denied")


def test_guessing_has_an_end(set_budget: SetBudget) -> None:
    user = person()
    access = sign_in(user)["access"]
    tries = django_settings.BUDGETS["reauthentication"].uses
    tried = {refusal(prove(access, f"wrong horse {number}")) for number in range(tries)}
    assert tried == {(400, "validation_failed")}
    assert refusal(prove(access)) == (429, "rate_limited")
    set_budget(100, "reauthentication")
    set_budget(0, "code_day")
    assert prove(access).status_code == 200, "there is no code to guess"
    assert refusal(prove(access, code="000000")) == (429, "rate_limited")


def test_a_session_that_ends_meanwhile_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    user = person()
    access = sign_in(user)["access"]

    def overtaken(self: User, raw: str) -> bool:
        Session.objects.update(ended_at=F("created_at"), end_reason="revoked")
        return True

    monkeypatch.setattr(User, "check_password", overtaken)
    assert refusal(prove(access)) == (401, "session_revoked")
    assert not AuditEntry.objects.filter(action="session.proved").exists()

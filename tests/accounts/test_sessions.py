"""Where somebody is signed in: the list, names, and signing out other devices."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.accounts.models import Session, User
from backend.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, me, person, refresh, refusal, sign_in
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SESSIONS = "/v1/me/sessions"
OVER = (401, "session_revoked")


def listed(access: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ApiClient(access).get(SESSIONS).json()["results"]
    return found


def assert_over(*pairs: Any) -> None:
    for pair in pairs:
        assert refusal(me(pair["access"])) == OVER
        assert refusal(refresh(pair["refresh"])) == OVER


def test_the_list_shows_what_can_be_used_newest_first() -> None:
    user = person()
    first, second, over = (sign_in(user) for _ in range(3))
    sign_in(person())
    Session.objects.filter(pk=first["session_id"]).update(last_used_at=F("last_used_at") - timedelta(hours=1))
    ApiClient(over["access"]).post("/v1/auth/logout")
    shown = listed(first["access"])
    assert [(one["id"], one["is_current"]) for one in shown] == [
        (second["session_id"], False),
        (first["session_id"], True),
    ]
    assert set(shown[0]) == {"id", "device_name", "is_current", "started_at", "last_used_at", "expires_at"}
    Session.objects.filter(pk=second["session_id"]).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert [one["id"] for one in listed(first["access"])] == [first["session_id"]]


def test_a_refresh_is_a_use() -> None:
    pair = sign_in(person())
    long_ago = datetime.now(UTC) - timedelta(days=3)
    Session.objects.update(last_used_at=long_ago)
    newer = refresh(pair["refresh"]).json()
    assert datetime.fromisoformat(listed(newer["access"])[0]["last_used_at"]) > long_ago + timedelta(days=2)


def test_many_sessions_take_two_statements_and_pages(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = person()
    pairs = [sign_in(user) for _ in range(5)]
    client = ApiClient(pairs[0]["access"])
    with django_assert_num_queries(2):  # who calls, the page
        page = client.get(SESSIONS, {"limit": 3}).json()
    rest = client.get(SESSIONS, {"limit": 3, "cursor": page["next_cursor"]}).json()
    found = [one["id"] for one in page["results"] + rest["results"]]
    assert sorted(found) == sorted(pair["session_id"] for pair in pairs)


def test_a_device_gets_another_name() -> None:
    pair = sign_in(person())
    client, path = ApiClient(pair["access"]), f"{SESSIONS}/{pair['session_id']}"
    renamed = client.patch(path, {"device_name": "Work phone"})
    assert renamed.json() == listed(pair["access"])[0]
    assert (renamed.status_code, renamed.json()["device_name"]) == (200, "Work phone")
    assert client.patch(path, {}).json()["device_name"] == "Work phone"
    assert [entry.action for entry in AuditEntry.objects.order_by("at")] == ["session.started", "session.renamed"]


def test_another_device_is_signed_out() -> None:
    user = person()
    here, there, third = (sign_in(user) for _ in range(3))
    client = ApiClient(here["access"])
    answer = client.delete(f"{SESSIONS}/{there['session_id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert_over(there)
    assert {one["id"] for one in listed(here["access"])} == {here["session_id"], third["session_id"]}
    assert refusal(client.delete(f"{SESSIONS}/{there['session_id']}")) == (404, "not_found")
    entry = AuditEntry.objects.get(action="session.ended")
    assert (entry.subject_id, entry.session_id) == (UUID(there["session_id"]), UUID(here["session_id"]))
    assert client.delete(f"{SESSIONS}/{here['session_id']}").status_code == 204
    assert_over(here)


@pytest.mark.parametrize("query", [{}, {"include_current": "false"}])
def test_everywhere_else(query: dict[str, str]) -> None:
    user, other = person(), sign_in(person())
    here, *elsewhere = (sign_in(user) for _ in range(4))
    assert ApiClient(here["access"]).delete(SESSIONS, query=query).status_code == 204
    assert_over(*elsewhere)
    for pair in (here, other):
        assert me(pair["access"]).status_code == 200
    entry = AuditEntry.objects.get(action="account.sessions_ended")
    assert (entry.subject_id, entry.after) == (user.pk, {"count": 3, "reason": "revoked"})


def test_everywhere() -> None:
    user = person()
    pairs = [sign_in(user) for _ in range(3)]
    assert ApiClient(pairs[0]["access"]).delete(SESSIONS, query={"include_current": "true"}).status_code == 204
    assert_over(*pairs)


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_a_change_of_role_ends_the_sessions_of_who_has_it(cast: Cast, verb: str) -> None:
    manager = ApiClient().as_(cast.manager_coquitlam)
    members = f"/v1/clinics/{cast.coquitlam.pk}/members"
    user = cast.stranger.user
    assert user
    User.objects.filter(pk=user.pk).update(email_verified_at=datetime.now(UTC))
    added = None
    if verb == "remove":
        added = manager.post(members, {"email": user.email, "role": "front_desk"}).json()
    theirs = ApiClient().as_(user)
    assert theirs.get("/v1/me").status_code == 200
    if added:
        assert manager.delete(f"/v1/members/{added['id']}", if_match="*").status_code == 204
    else:
        assert manager.post(members, {"email": user.email, "role": "front_desk"}).status_code == 201
    assert refusal(theirs.get("/v1/me")) == OVER
    assert manager.get("/v1/me").status_code == 200
    assert Session.objects.filter(user=user, end_reason="role_changed").exists()


def test_who_changes_the_own_role_stays_signed_in(cast: Cast) -> None:
    owner = ApiClient().as_(cast.owner)
    body = {"email": cast.owner.email, "role": "practitioner"}
    assert owner.post(f"/v1/clinics/{cast.coquitlam.pk}/members", body).status_code == 201
    assert owner.get("/v1/me").status_code == 200


def test_no_session_slips_through_that_began_by_the_old_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is changed, and all sessions ended, after sign-in has found the old one right."""
    user = person()

    def overtaken(self: User, raw: str) -> bool:
        changed = User.objects.get(pk=self.pk)
        changed.set_password("another horse battery")
        changed.save()
        end_sessions(None, user_id=self.pk, reason=SessionEnd.PASSWORD_CHANGED)
        return True

    monkeypatch.setattr(User, "check_password", overtaken)
    answer = ApiClient().post("/v1/auth/token", {"email": user.email, "password": PASSWORD})
    assert refusal(answer) == (401, "credentials_invalid")
    assert not Session.objects.exists()

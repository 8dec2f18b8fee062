import base64
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from pytest_django import Settings

from backend.accounts.models import RefreshToken, Session
from backend.audit.models import AuditEntry
from tests.accounts.people import me, person, refresh, refusal, sign_in

pytestmark = pytest.mark.django_db


def row_of(token: str) -> RefreshToken:
    return RefreshToken.objects.get(id=jwt.decode(token, options={"verify_signature": False})["jti"])


def used_ago(token: str, seconds: int) -> None:
    RefreshToken.objects.filter(id=row_of(token).id).update(used_at=datetime.now(UTC) - timedelta(seconds=seconds))


def test_it_rotates() -> None:
    first = sign_in(person())
    response = refresh(first["refresh"])
    second = response.json()
    assert response.status_code == 200
    assert set(second) == set(first)
    assert second["session_id"] == first["session_id"]
    assert {first["access"], first["refresh"]}.isdisjoint({second["access"], second["refresh"]})
    assert me(second["access"]).status_code == 200
    assert refresh(second["refresh"]).status_code == 200


@pytest.mark.parametrize("seconds", [0, 29])
def test_a_repeat_within_the_grace_gets_the_same_answer_byte_for_byte(seconds: int) -> None:
    first = sign_in(person())
    answer = refresh(first["refresh"]).content
    used_ago(first["refresh"], seconds)
    assert refresh(first["refresh"]).content == answer
    assert RefreshToken.objects.count() == 2


def test_the_session_lives_as_long_as_its_newest_token() -> None:
    first = sign_in(person())
    Session.objects.update(expires_at=datetime.now(UTC) + timedelta(minutes=1))
    second = refresh(first["refresh"]).json()
    assert Session.objects.get().expires_at == row_of(second["refresh"]).expires_at


def test_a_replay_after_the_grace_ends_the_session() -> None:
    first = sign_in(person())
    second = refresh(first["refresh"]).json()
    used_ago(first["refresh"], 40)
    assert refusal(refresh(first["refresh"])) == (401, "refresh_token_reused")
    assert_dead(first, second)


def test_a_replay_after_the_successor_was_used_ends_the_session() -> None:
    first = sign_in(person())
    second = refresh(first["refresh"]).json()
    third = refresh(second["refresh"]).json()
    assert refusal(refresh(first["refresh"])) == (401, "refresh_token_reused")
    assert_dead(first, second, third)


def assert_dead(*pairs: dict[str, str]) -> None:
    session = Session.objects.get()
    assert (session.end_reason, session.ended_at is None) == ("refresh_reused", False)
    for pair in pairs:
        assert refusal(me(pair["access"])) == (401, "session_revoked")
        assert refusal(refresh(pair["refresh"])) == (401, "session_revoked")
    entry = AuditEntry.objects.get(action="session.refresh_reused")
    assert (entry.subject_id, entry.before, entry.after) == (session.id, {}, {})


def test_another_session_survives_the_theft_of_one() -> None:
    user = person()
    first, other = sign_in(user), sign_in(user)
    refresh(first["refresh"])
    used_ago(first["refresh"], 40)
    refresh(first["refresh"])
    assert refresh(other["refresh"]).status_code == 200


def test_an_access_token_refreshes_nothing() -> None:
    assert refusal(refresh(sign_in(person())["access"])) == (401, "token_invalid")


def test_a_token_whose_row_is_gone_is_refused() -> None:
    pair = sign_in(person())
    RefreshToken.objects.all().delete()
    assert refusal(refresh(pair["refresh"])) == (401, "token_invalid")


def test_a_token_whose_session_is_gone_is_refused() -> None:
    pair = sign_in(person())
    Session.objects.all().delete()
    assert refusal(refresh(pair["refresh"])) == (401, "token_invalid")


def seed(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def test_a_change_of_keys_disturbs_nobody(settings: Settings) -> None:
    settings.JWT_SIGNING_KEY = seed(1)
    first = sign_in(person())
    answer = refresh(first["refresh"]).json()
    settings.JWT_SIGNING_KEY, settings.JWT_PREVIOUS_KEYS = seed(2), [seed(1)]
    assert refresh(first["refresh"]).json() == answer  # the grace outlives the change: signed by the key of the row
    assert me(answer["access"]).status_code == 200
    newest = refresh(answer["refresh"]).json()
    assert jwt.get_unverified_header(newest["access"]) != jwt.get_unverified_header(answer["access"])
    settings.JWT_PREVIOUS_KEYS = []
    assert refusal(me(answer["access"])) == (401, "token_invalid")
    assert me(newest["access"]).status_code == 200

from collections.abc import Callable
from typing import Any
from uuid import UUID

import jwt
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.keys import key_ring
from backend.accounts.models import RefreshToken, Session, User
from backend.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, counted_hashes, me, person, refresh, refusal, sign_in, sign_out
from tests.api_client import ApiClient

pytestmark = pytest.mark.django_db

TOKEN = "/v1/auth/token"


def claims_of(token: str) -> Any:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_pair_lets_its_owner_in() -> None:
    user = person()
    pair = sign_in(user)
    assert set(pair) == {"access", "refresh", "access_expires_in", "refresh_expires_in", "session_id"}
    assert (pair["access_expires_in"], pair["refresh_expires_in"]) == (600, 30 * 24 * 3600)
    assert me(pair["access"]).json()["id"] == str(user.id)


def test_both_tokens_carry_every_claim_and_the_key_that_signed() -> None:
    user = person()
    pair = sign_in(user)
    for kind, seconds in (("access", 600), ("refresh", 30 * 24 * 3600)):
        claims = claims_of(pair[kind])
        assert set(claims) == {"sub", "sid", "iat", "exp", "jti", "aud", "iss", "token_type"}
        assert (claims["sub"], claims["sid"]) == (str(user.id), pair["session_id"])
        assert (claims["aud"], claims["iss"], claims["token_type"]) == ("evergreen-api", "evergreen", kind)
        assert claims["exp"] - claims["iat"] == seconds
        header = jwt.get_unverified_header(pair[kind])
        assert header == {"alg": "EdDSA", "typ": "JWT", "kid": key_ring().signing_id}
    assert claims_of(pair["access"])["jti"] != claims_of(pair["refresh"])["jti"]


def test_nothing_that_opens_a_door_is_stored() -> None:
    pair = sign_in(person())
    signatures = [pair[kind].rpartition(".")[2] for kind in ("access", "refresh")]
    stored = [*RefreshToken.objects.values_list(), *Session.objects.values_list(), *AuditEntry.objects.values_list()]
    assert stored
    assert not any(signature in str(row) for row in stored for signature in signatures)


def test_letter_case_and_spaces_of_an_address_do_not_matter() -> None:
    user = person(email="mixed@people.test")
    assert ApiClient().post(TOKEN, {"email": " Mixed@People.Test ", "password": PASSWORD}).status_code == 200
    assert Session.objects.get().user == user


def test_spaces_of_a_password_do_matter() -> None:
    user = person(password=" spaced out ")
    assert ApiClient().post(TOKEN, {"email": user.email, "password": " spaced out "}).status_code == 200
    assert refusal(ApiClient().post(TOKEN, {"email": user.email, "password": "spaced out"}))[0] == 401


def test_the_device_is_remembered() -> None:
    ApiClient().post(TOKEN, {"email": person().email, "password": PASSWORD, "device_name": "Ada's phone"})
    assert Session.objects.get().device_name == "Ada's phone"


REFUSED: dict[str, Callable[[], dict[str, str]]] = {
    "unknown": lambda: {"email": "nobody@people.test", "password": PASSWORD},
    "wrong password": lambda: {"email": person().email, "password": "wrong horse battery"},
    "closed account": lambda: {"email": person(is_active=False).email, "password": PASSWORD},
    "no password set": lambda: {"email": person(password=None).email, "password": PASSWORD},
}


def test_whatever_is_wrong_costs_the_same_and_looks_the_same() -> None:
    seen = {}
    for name, make in REFUSED.items():
        body = make()
        with counted_hashes() as hashes, CaptureQueriesContext(connection) as queries:
            response = ApiClient().post(TOKEN, body)
        problem = {**response.json(), "request_id": ""}
        seen[name] = (response.status_code, problem, hashes.call_count, len(queries))
    assert seen["unknown"][0] == 401
    assert seen["unknown"][1]["code"] == "credentials_invalid"
    assert seen["unknown"][2:] == (1, 2)
    assert all(one == seen["unknown"] for one in seen.values())


def test_a_refused_sign_in_leaves_no_session() -> None:
    ApiClient().post(TOKEN, REFUSED["wrong password"]())
    assert not Session.objects.exists()


def test_signing_out_kills_access_and_refresh_at_once() -> None:
    user = person()
    pair, other = sign_in(user), sign_in(user)
    newer = refresh(pair["refresh"]).json()
    response = sign_out(pair["access"])
    assert (response.status_code, response.content) == (204, b"")
    for access in (pair["access"], newer["access"]):
        assert refusal(me(access)) == (401, "session_revoked")
    for token in (pair["refresh"], newer["refresh"]):
        assert refusal(refresh(token)) == (401, "session_revoked")
    assert me(other["access"]).status_code == 200  # another device stays signed in
    assert refusal(sign_out(pair["access"])) == (401, "session_revoked")


def test_signing_out_needs_a_token() -> None:
    assert refusal(ApiClient().post("/v1/auth/logout")) == (401, "not_authenticated")


def test_a_closed_account_is_out_at_once() -> None:
    user = person()
    pair = sign_in(user)
    User.objects.filter(id=user.id).update(is_active=False)
    assert refusal(me(pair["access"])) == (401, "session_revoked")
    assert refusal(refresh(pair["refresh"])) == (401, "session_revoked")


def test_the_audit_log_tells_of_sign_in_and_sign_out() -> None:
    user = person()
    pair = sign_in(user)
    sign_out(pair["access"])
    ApiClient().post(TOKEN, {"email": user.email, "password": "wrong"})
    told = list(AuditEntry.objects.order_by("at").values_list("action", "actor_id", "session_id", "subject_id"))
    session = UUID(pair["session_id"])
    assert told == [(action, user.id, session, session) for action in ("session.started", "session.ended")]

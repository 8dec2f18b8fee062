"""Many at once, on the real server: its worker processes, threads and pool."""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.core import signing

from tests.accounts.people import PASSWORD
from tests.live import LiveApi, MakeLiveApi

Answer = tuple[int, bytes]


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api(seed=False)


@pytest.fixture
def email() -> str:
    """An address nobody has yet."""
    return f"{uuid.uuid4().hex}@people.test"


def rows(api: LiveApi, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(api.owner_database_url) as database:
        return database.execute(query, values).fetchall()


def post(api: LiveApi, path: str, body: Any = None, access: str = "") -> Answer:
    return call(api, "POST", f"/v1/auth/{path}", access, body or {})


def read(api: LiveApi, access: str) -> Callable[[], Answer]:
    return lambda: call(api, "GET", "/v1/me", access)


def call(api: LiveApi, method: str, path: str, access: str, body: Any = None) -> Answer:
    connection = HTTPConnection("127.0.0.1", api.port, timeout=30)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {access}"} if access else {})
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """All of them, each on its thread, started together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> Answer:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def register(api: LiveApi, email: str) -> Answer:
    return post(
        api, "register", {"email": email, "password": PASSWORD, "given_name": "Ada", "family_name": "Featherstone"}
    )


@pytest.fixture
def pair(api: LiveApi, email: str) -> Any:
    assert register(api, email)[0] == 202
    status, body = post(api, "token", {"email": email, "password": PASSWORD})
    assert status == 200
    return json.loads(body)


def refresh(api: LiveApi, token: str) -> Callable[[], Answer]:
    return lambda: post(api, "refresh", {"refresh": token})


@pytest.mark.parametrize("clients", [16, 50])
def test_refreshing_one_token_at_once_gives_everyone_the_same_pair(api: LiveApi, pair: Any, clients: int) -> None:
    answers = at_once(*[refresh(api, pair["refresh"])] * clients)
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1
    uses = rows(api, "SELECT used_at FROM accounts_refreshtoken WHERE session_id = %s", pair["session_id"])
    assert sorted(used_at is None for (used_at,) in uses) == [False, True]  # the first, used, and one successor
    newest = json.loads(answers[0][1])
    assert refresh(api, newest["refresh"])()[0] == 200
    status, body = refresh(api, pair["refresh"])()
    assert (status, json.loads(body)["code"]) == (401, "refresh_token_reused")


def test_replaying_at_once_ends_the_session_once(api: LiveApi, pair: Any) -> None:
    refresh(api, pair["refresh"])()
    with psycopg.connect(api.owner_database_url) as database:
        age = "UPDATE accounts_refreshtoken SET used_at = now() - interval '1 minute' WHERE used_at IS NOT NULL"
        database.execute(age)
    answers = at_once(*[refresh(api, pair["refresh"])] * 16)
    codes = sorted((status, json.loads(body)["code"]) for status, body in answers)
    assert codes == [(401, "refresh_token_reused"), *[(401, "session_revoked")] * 15]
    told = "SELECT count(*) FROM audit_auditentry WHERE action = 'session.refresh_reused' AND subject_id = %s"
    assert rows(api, told, pair["session_id"]) == [(1,)]


def test_signing_out_wins_over_refreshes_at_the_same_time(api: LiveApi, pair: Any) -> None:
    leave = [lambda: post(api, "logout", access=pair["access"])]
    answers = at_once(*[refresh(api, pair["refresh"])] * 15, *leave)
    assert answers[-1][0] == 204
    for status, body in answers[:-1]:
        assert status in (200, 401)
        if status == 200:
            assert post(api, "logout", access=json.loads(body)["access"])[0] == 401


def test_registering_one_address_at_once_makes_one_patient(api: LiveApi, email: str) -> None:
    answers = at_once(*[lambda: register(api, email)] * 16)
    assert set(answers) == {(202, b'{"expires_in_seconds":86400}')}
    assert rows(api, "SELECT count(*) FROM accounts_user WHERE email = %s", email) == [(1,)]
    assert rows(api, "SELECT count(*) FROM patients_patient WHERE email = %s", email) == [(1,)]


def test_signing_out_everywhere_is_felt_by_the_next_request(api: LiveApi, email: str) -> None:
    """By every process: whatever is asked after the answer is refused, so nothing is kept by any of them."""
    register(api, email)
    accesses = [json.loads(post(api, "token", {"email": email, "password": PASSWORD})[1])["access"] for _ in range(12)]
    assert {status for status, _ in at_once(*[read(api, access) for access in accesses])} == {200}
    assert call(api, "DELETE", "/v1/me/sessions?include_current=true", accesses[0])[0] == 204
    answers = at_once(*[read(api, access) for access in accesses])
    assert {(status, json.loads(body)["code"]) for status, body in answers} == {(401, "session_revoked")}


def test_a_link_used_at_once_resets_once(api: LiveApi, email: str) -> None:
    """Every one of them is answered as if it came alone: one resets, the others find the link spent."""
    register(api, email)
    link_id, purpose = uuid.uuid4(), "reset_password"
    with psycopg.connect(api.owner_database_url) as database:
        write = """
            INSERT INTO accounts_mailedlink (id, user_id, purpose, email, previous_email, expires_at)
            SELECT %s, id, %s, email, '', now() + interval '1 hour' FROM accounts_user WHERE email = %s
        """
        database.execute(write, [link_id, purpose, email])
    signer = signing.Signer(key="development-only-" + "k" * 40, salt=f"backend.accounts.links.{purpose}")
    token, passwords = signer.sign(link_id.hex), [f"battery of horse {number}" for number in range(16)]

    def reset(password: str) -> Callable[[], Answer]:
        return lambda: post(api, "password/reset", {"token": token, "password": password})

    statuses = [status for status, _ in at_once(*map(reset, passwords))]
    assert sorted(statuses) == [204, *[400] * 15]
    let_in = [post(api, "token", {"email": email, "password": one})[0] for one in passwords]
    assert let_in == [200 if status == 204 else 401 for status in statuses]
    told = "SELECT count(*) FROM audit_auditentry WHERE action = 'account.password_reset'"
    assert rows(api, told) == [(1,)]

"""`POST /v1/sandbox/reset`: the demo as it was, and whoever was signed in still is."""

import json
import threading
import urllib.request
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from pytest_django import Settings

from backend.accounts.models import User
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.models import ClockOffset
from backend.config.demo import cast
from backend.config.sandbox import reset as sandbox
from tests.api_client import ApiClient
from tests.live import LiveApi, MakeLiveApi

PATIENT = cast.CLEARED.email


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api()  # of its own: it is emptied


def call(api: LiveApi, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
    data = json.dumps(body or {}).encode() if body is not None or path.endswith("reset") else None
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(api.url + path, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except HTTPError as error:
        return error.code, json.loads(error.read())


def sign_in(api: LiveApi) -> dict[str, Any]:
    status, tokens = call(api, "/v1/auth/token", {"email": PATIENT, "password": cast.PASSWORD})
    assert status == 200
    return dict(tokens)


def count(api: LiveApi, table: str) -> int:
    with psycopg.connect(api.owner_database_url) as database:
        row = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


def ids(api: LiveApi) -> list[str]:
    return [one["id"] for path in ("/v1/clinics", "/v1/services") for one in call(api, path)[1]["results"]]


def test_everything_is_as_it_was_and_tokens_stay_good(api: LiveApi) -> None:
    tokens, known = sign_in(api), ids(api)
    assert call(api, "/v1/sandbox/reset")[0] == 204
    visits = count(api, "appointments_appointment")
    with psycopg.connect(api.owner_database_url) as database:
        database.execute("UPDATE accounts_user SET password = '!'")
        database.execute("UPDATE clinics_clinic SET name = 'Elsewhere'")
        database.execute("INSERT INTO common_clockoffset VALUES (true, '9 days')")
    assert call(api, "/v1/sandbox/reset")[0] == 204
    assert (count(api, "appointments_appointment"), count(api, "audit_auditentry")) == (visits, 0)
    assert ids(api) == known
    assert "Elsewhere" not in [one["name"] for one in call(api, "/v1/clinics")[1]["results"]]
    assert call(api, "/v1/sandbox/clock")[1]["offset_seconds"] == 0
    assert call(api, "/v1/me", token=tokens["access"])[1]["email"] == PATIENT
    assert call(api, "/v1/auth/refresh", {"refresh": tokens["refresh"]})[0] == 200
    sign_in(api)


def test_what_is_append_only_is_so_again_afterwards(api: LiveApi) -> None:
    assert call(api, "/v1/sandbox/reset")[0] == 204
    with (
        psycopg.connect(api.owner_database_url) as database,
        pytest.raises(psycopg.errors.RestrictViolation, match="append-only"),
    ):
        database.execute("DELETE FROM appointments_transition")


def test_simultaneous_resets_take_turns(api: LiveApi) -> None:
    answers: list[int] = []
    callers = [threading.Thread(target=lambda: answers.append(call(api, "/v1/sandbox/reset")[0])) for _ in range(4)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    assert set(answers) <= {204, 503}
    assert 204 in answers
    assert count(api, "accounts_user WHERE email = 'owner@demo.test'") == 1


@pytest.mark.django_db
def test_a_database_that_was_not_opened_is_never_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA sandbox CASCADE")
    User.objects.create_user("somebody@example.test")
    answer = ApiClient().post("/v1/sandbox/reset")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_chain_that_is_not_the_demo_s_is_never_opened(demo_free_chain: None) -> None:
    call_command("open_sandbox")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('sandbox.empty_tables()')")
        assert cursor.fetchone() == (None,)


@pytest.fixture
def demo_free_chain(cast: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA sandbox CASCADE")


@pytest.mark.django_db
def test_production_has_nothing_that_empties_tables(settings: Settings) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="no sandbox"):
        call_command("open_sandbox")


@pytest.mark.django_db
def test_a_deadlock_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [True, True, False]

    def start_over() -> None:
        if left.pop(0):
            raise OperationalError from psycopg.errors.DeadlockDetected()

    monkeypatch.setattr(sandbox, "_start_over", start_over)
    assert ApiClient().post("/v1/sandbox/reset").status_code == 204
    left[:] = [True] * 3
    answer = ApiClient().post("/v1/sandbox/reset")
    assert (answer.status_code, answer.json()["code"], left) == (503, "unavailable", [])


@pytest.mark.django_db
def test_the_clock_goes_back(cast: object) -> None:
    ClockOffset.objects.create(offset=timedelta(days=3))
    moved = clock.now()
    sandbox.reset()
    assert clock.now() < moved - timedelta(days=2)
    assert Clinic.objects.count() == 3

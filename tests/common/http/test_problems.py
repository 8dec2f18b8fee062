"""Every failure is a problem (RFC 9457), whatever failed and wherever."""

import sys
from http import HTTPStatus
from typing import Any

import psycopg
import pytest
from django.core.exceptions import BadRequest, DisallowedHost, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions

from backend.common import db
from backend.common.errors import AlreadyExists, EtagMismatch, FieldCode, FieldError, ValidationFailed
from backend.common.http import problems
from tests.common.http.conftest import caller

JSON = "application/json"


def test_a_problem_has_all_its_members(client: Client) -> None:
    answer = client.get("/v1/mine")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/docs/errors#not_authenticated",
        "title": "Not signed in",
        "status": 401,
        "code": "not_authenticated",
        "detail": "Sign in and send the access token.",
        "request_id": answer["X-Request-Id"],
        "errors": [],
    }


@pytest.mark.parametrize("is_debugging", [False, True])
@pytest.mark.parametrize("path", ["/v1/nothing", "/nothing", "/v1/notes/x.html"])
def test_an_unknown_address_is_a_problem(client: Client, settings: Any, path: str, is_debugging: bool) -> None:
    settings.DEBUG = is_debugging
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.NOT_FOUND, "not_found")


@pytest.mark.parametrize("is_debugging", [False, True])
def test_a_fault_of_ours_tells_nothing(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture, is_debugging: bool
) -> None:
    settings.DEBUG = is_debugging
    answer = client.get("/v1/stamped")
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error")
    assert b"the caller has it already" not in answer.content
    assert "the caller has it already" in caplog.text


def test_a_host_that_is_not_ours_gets_a_problem(client: Client) -> None:
    answer = client.get("/v1/notes", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.BAD_REQUEST, "validation_failed")


def test_a_failure_outside_any_view_is_told_apart() -> None:
    request = RequestFactory().get("/")
    for failure, status in ((OperationalError(), 503), (RuntimeError(), 500)):
        try:
            raise failure
        except Exception:
            assert sys.exc_info()[1] is failure
            assert problems.server_error(request).status_code == status
    assert problems.forbidden(request, DjangoPermissionDenied()).status_code == HTTPStatus.FORBIDDEN


REFUSED = [
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '57014'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '55P03'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '25006'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '53100'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '57P01'; END $$", 503, "unavailable"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '23P01'; END $$", 409, "already_exists"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '23505'; END $$", 409, "already_exists"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '23514'; END $$", 400, "validation_failed"),
    ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '23503'; END $$", 400, "validation_failed"),
    ("SELECT 'x'::uuid", 400, "validation_failed"),
    ("SELECT 2147483647::int + 1", 400, "validation_failed"),
    ("SELECT * FROM no_such_table", 500, "internal_error"),
    ("nonsense", 500, "internal_error"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("sql", "status", "code"), REFUSED)
def test_what_postgresql_refuses_has_a_name(client: Client, sql: str, status: int, code: str) -> None:
    answer = client.post("/v1/sql", {"sql": sql}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert ("Retry-After" in answer.headers) == (status == HTTPStatus.SERVICE_UNAVAILABLE)


@pytest.mark.django_db
def test_a_named_constraint_has_its_own_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_errors", {})
    sql = "DO $$ BEGIN RAISE EXCEPTION SQLSTATE '23514' USING CONSTRAINT = 'pages_in_order'; END $$"
    assert client.post("/v1/sql", {"sql": sql}, content_type=JSON).json()["code"] == "validation_failed"
    db.name_constraints({"pages_in_order": EtagMismatch})
    assert client.post("/v1/sql", {"sql": sql}, content_type=JSON).json()["code"] == "etag_mismatch"


@pytest.mark.django_db
def test_the_constraint_can_be_asked_for() -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '23505' USING CONSTRAINT = 'one_of_each'; END $$")
    assert (db.constraint_of(caught.value), db.sqlstate_of(caught.value)) == ("one_of_each", "23505")
    assert (db.constraint_of(ValueError()), db.sqlstate_of(ValueError())) == (None, None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Http404(), 404),
        (DjangoPermissionDenied(), 403),
        (SuspiciousOperation(), 400),
        (DisallowedHost(), 400),
        (BadRequest(), 400),
        (exceptions.NotAuthenticated(), 401),
        (exceptions.AuthenticationFailed(), 401),
        (exceptions.PermissionDenied(), 403),
        (exceptions.NotFound(), 404),
        (exceptions.ParseError(), 400),
        (exceptions.ValidationError({"a": ["b"]}), 400),
        (exceptions.UnsupportedMediaType("a/b"), 415),
        (exceptions.NotAcceptable(), 406),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.Throttled(), 429),
        (psycopg.OperationalError(), 503),
        (InterfaceError(), 500),
        (AlreadyExists(), 409),
        (KeyError("a"), 500),
    ],
)
def test_whatever_is_raised_becomes_a_problem(error: Exception, status: int) -> None:
    assert problems.problem_response(error).status_code == status
    assert problems.exception_handler(error, {}).status_code == status


def test_members_of_an_error_are_told() -> None:
    error = AlreadyExists("This one.", members={"alternatives": [1]}, retry_after_seconds=7)
    response = problems.problem_response(error)
    assert response["Retry-After"] == "7"
    assert problems.problem(error)["alternatives"] == [1]
    assert problems.problem(error)["detail"] == "This one."


@pytest.mark.parametrize(
    ("languages", "title"),
    [("fr-CA, en;q=0.5", "Connexion requise"), ("en", "Not signed in"), ("de", "Not signed in"), ("", "Not signed in")],
)
def test_texts_are_in_the_language_asked_for(client: Client, languages: str, title: str) -> None:
    answer = client.get("/v1/mine", headers={"Accept-Language": languages})
    assert (answer.json()["title"], answer.json()["code"]) == (title, "not_authenticated")
    assert answer["Content-Language"] == ("fr" if title.startswith("Con") else "en")
    assert "Accept-Language" in answer["Vary"]


def test_field_errors_are_in_the_language_asked_for(client: Client) -> None:
    [error] = client.get("/v1/notes?limit=0&", headers={"Accept-Language": "fr"}).json()["errors"]
    assert "supérieure ou égale" in error["detail"]
    [error] = client.get("/v1/notes?page=1", headers={"Accept-Language": "fr"}).json()["errors"]
    assert error["detail"] == "Ce champ est inconnu."


def test_the_language_reaches_the_operation(client: Client) -> None:
    answer = client.get("/v1/mine", headers={**caller("ann"), "Accept-Language": "fr"})
    assert answer.json() == {"word": "fr"}


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_unavailable_and_heals(client: Client) -> None:
    end_me = {"sql": "SELECT pg_terminate_backend(pg_backend_pid())"}
    answer = client.post("/v1/sql", end_me, content_type=JSON)
    assert (answer.status_code, answer["Retry-After"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "1")
    close_old_connections()  # as every request does; test clients leave it out
    assert client.post("/v1/sql", {"sql": "SELECT 1"}, content_type=JSON).status_code == HTTPStatus.OK


def test_no_problem_names_more_faults_than_its_shape_allows() -> None:
    faults = tuple(FieldError(f"/ids/{number}", FieldCode.INVALID, "No such one.") for number in range(60))
    assert len(problems.problem(ValidationFailed(errors=faults))["errors"]) == 50

"""The check that tests hold answers against can fail: each fault is shown to it once."""

from typing import Any

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from backend.common.errors import AlreadyExists, EtagMismatch
from backend.common.http.problems import problem_response
from backend.common.http.rendering import to_json
from tests.contract import check

NOTE = {
    "id": "0190a3c5-7b1c-7d3e-9f2a-4b6c8d0e1f23",
    "text": "a",
    "written_at": "2026-11-02T17:00:00Z",
    "etag": '"1-0123456789abcdef"',
}
NOTES = {"results": [NOTE], "next_cursor": None}
HEADERS = {"X-Request-Id": "req_" + "0" * 32, "RateLimit": "", "RateLimit-Policy": "", "ETag": '"x"'}


@pytest.fixture(autouse=True)
def _throw_away_api(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.common.http.operations"


def answer(body: Any, status: int = 200, media_type: str = "application/json", **headers: str | None) -> HttpResponse:
    sent = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    known = {name: value for name, value in sent.items() if value is not None}
    return HttpResponse(to_json(body), status=status, content_type=media_type, headers=known)


def problem(error: Exception) -> HttpResponse:
    response = problem_response(error)
    for name in ("X-Request-Id", "RateLimit", "RateLimit-Policy"):
        response[name] = HEADERS[name]
    return response


def test_what_is_described_passes() -> None:
    assert check("GET", "/v1/notes", answer(NOTES)) == "listNotes"
    assert check("POST", "/v1/sql", problem(AlreadyExists())) == "runSql"


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (answer(NOTES, X_Request_Id=None), "no X-Request-Id"),
        (answer(NOTES, ETag=None), "no {'ETag'}"),
        (answer(NOTES, status=202), "status not described"),
        (answer(NOTES, media_type="text/html"), "media type text/html"),
        (answer({"results": []}), "'next_cursor' is a required property"),
        (answer({**NOTES, "count": 1}), "'count' was unexpected"),
        (answer({"results": [{**NOTE, "secret": 1}], "next_cursor": None}), "'secret' was unexpected"),
        (answer({"results": [{**NOTE, "id": "5"}], "next_cursor": None}), "is not a 'uuid'"),
        (answer({"results": [{**NOTE, "written_at": "2026-11-02T17:00:00"}], "next_cursor": None}), "date-time"),
        (answer({"results": [{**NOTE, "text": "x" * 101}], "next_cursor": None}), "is too long"),
        (answer({"results": None, "next_cursor": None}), "is not of type 'array'"),
        (problem(EtagMismatch()), "status not described"),
    ],
)
def test_what_is_not_described_fails(response: HttpResponse, fault: str) -> None:
    with pytest.raises(AssertionError) as caught:
        check("GET", "/v1/notes", response)
    assert fault in str(caught.value)


def test_a_code_must_be_one_of_the_operations() -> None:
    strange = problem(AlreadyExists())
    strange.content = strange.content.replace(b'"code":"already_exists"', b'"code":"slot_taken"')
    with pytest.raises(AssertionError, match="code slot_taken"):
        check("POST", "/v1/sql", strange)


def test_an_undescribed_path_may_only_refuse() -> None:
    with pytest.raises(AssertionError, match="not described"):
        check("GET", "/v1/strange", answer({}))
    with pytest.raises(AssertionError, match="is a required property"):
        check("GET", "/v1/strange", answer({}, status=404))

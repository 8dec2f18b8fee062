"""Input is taken at its word: one JSON object, known names, right types, sane ranges. Nothing hostile gets a 500."""

import json
import uuid
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from backend.common.http.parsing import MAX_BODY_BYTES, MAX_DEPTH
from backend.common.permissions import Permission
from tests.common.http.conftest import caller

JSON = "application/json"
WELL = {
    "text": "hello",
    "count": 3,
    "share": 0.5,
    "is_open": True,
    "owner_id": "0190A3C5-7b1c-7d3e-9f2a-4b6c8d0e1f23",
    "due_at": "2026-11-02T09:00:00.123456-07:00",
    "due_date": "2026-11-02",
    "due_time": "09:00",
    "colour": "red",
    "email": "ann@example.org",
    "link": "https://example.org/",
    "tags": ["a", "b"],
    "parts": [{"title": "top", "weight": 1}],
}

pytestmark = pytest.mark.django_db


def post(client: Client, body: Any, **options: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    options.setdefault("content_type", JSON)
    return client.generic("POST", "/v1/notes", raw, headers=caller("ann", Permission.CLINIC_MANAGE), **options)


def only_error(answer: Any) -> tuple[str, str]:
    assert answer.status_code == HTTPStatus.BAD_REQUEST, answer.content
    [error] = answer.json()["errors"]
    assert error["detail"]
    return error["pointer"], error["code"]


def test_what_is_well_formed_is_taken(client: Client) -> None:
    answer = post(client, WELL)
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    assert answer["Location"] == f"/v1/notes/{answer.json()['id']}"


WRONG = [
    ("text", 5, "wrong_type"),
    ("text", True, "wrong_type"),
    ("text", None, "null"),
    ("text", ["a"], "wrong_type"),
    ("text", "", "blank"),
    ("text", "  ", "blank"),
    ("text", "x" * 101, "too_long"),
    ("text", "a\0b", "invalid"),
    ("count", "3", "wrong_type"),
    ("count", 3.0, "wrong_type"),
    ("count", True, "wrong_type"),
    ("count", 2**31, "too_large"),
    ("count", -(2**31) - 1, "too_small"),
    ("count", 10**30, "wrong_type"),
    ("share", "0.5", "wrong_type"),
    ("share", False, "wrong_type"),
    ("is_open", "true", "wrong_type"),
    ("is_open", 1, "wrong_type"),
    ("owner_id", 5, "wrong_type"),
    ("owner_id", "5", "invalid"),
    ("owner_id", "{0190a3c5-7b1c-7d3e-9f2a-4b6c8d0e1f23}", "invalid"),
    ("owner_id", "0190a3c57b1c7d3e9f2a4b6c8d0e1f23", "invalid"),
    ("due_at", "2026-11-02T09:00:00", "naive_time"),
    ("due_at", "2026-11-02", "invalid"),
    ("due_at", "2026-11-02T09:00Z", "invalid"),
    ("due_at", "2026-02-30T09:00:00Z", "invalid"),
    ("due_at", "2026-11-02T09:00:60Z", "invalid"),
    ("due_at", "2026-11-02T09:00:00+25:00", "invalid"),
    ("due_at", "2026-W45-1T09:00:00Z", "invalid"),
    ("due_at", "٢٠٢٦-11-02T09:00:00Z", "invalid"),
    ("due_at", "1899-12-31T23:59:59Z", "too_small"),
    ("due_at", "0001-01-01T00:00:00+14:00", "too_small"),
    ("due_at", "9999-12-31T23:59:59-14:00", "too_large"),
    ("due_at", 1793610000, "wrong_type"),
    ("due_date", "02/11/2026", "invalid"),
    ("due_date", "2026-11-31", "invalid"),
    ("due_date", "2026-11-02T00:00:00Z", "invalid"),
    ("due_date", "2201-01-01", "too_large"),
    ("due_date", 20261102, "wrong_type"),
    ("due_time", "9", "invalid"),
    ("due_time", "25:00", "invalid"),
    ("due_time", 9, "wrong_type"),
    ("colour", "green", "not_a_choice"),
    ("colour", "RED", "not_a_choice"),
    ("colour", 1, "wrong_type"),
    ("colour", ["red"], "wrong_type"),
    ("colour", {"red": 1}, "wrong_type"),
    ("email", "ann", "invalid"),
    ("email", {"a": 1}, "wrong_type"),
    ("email", "a" * 250 + "@example.org", "too_long"),
    ("link", "javascript:alert(1)", "invalid"),
    ("link", 1, "wrong_type"),
    ("tags", "a", "wrong_type"),
    ("tags", {"0": "a"}, "wrong_type"),
    ("tags", ["a"] * 4, "too_long"),
    ("parts", {"title": "top"}, "wrong_type"),
    ("parts", [{"title": "t", "weight": 1}] * 6, "too_long"),
]


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
def test_a_wrong_value_is_pointed_at(client: Client, name: str, value: Any, code: str) -> None:
    answer = post(client, {"text": "hello", name: value})
    assert only_error(answer) == (f"/{name}", code)
    assert answer.json()["code"] == "validation_failed"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"text": "a", "tags": ["ok", 5]}, "/tags/1", "wrong_type"),
        ({"text": "a", "parts": [{"title": "t", "weight": 1}, {"title": "t"}]}, "/parts/1/weight", "required"),
        ({"text": "a", "parts": [5]}, "/parts/0", "invalid"),
        ({}, "/text", "required"),
    ],
)
def test_the_pointer_goes_inside(client: Client, body: Any, pointer: str, code: str) -> None:
    assert only_error(post(client, body)) == (pointer, code)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "a", "txet": 1}, "/txet"),
        ({"text": "a", "id": str(uuid.uuid4())}, "/id"),
        ({"text": "a", "a/b~c": 1}, "/a~1b~0c"),
        ({"text": "a", "": 1}, "/"),
        ({"text": "a", "parts": [{"title": "t", "weight": 1, "height": 2}]}, "/parts/0/height"),
    ],
)
def test_an_unknown_field_is_refused(client: Client, body: Any, pointer: str) -> None:
    answer = post(client, body)
    assert only_error(answer) == (pointer, "unknown")
    assert answer.json()["code"] == "unknown_field"


def test_all_faults_are_told_at_once(client: Client) -> None:
    answer = post(client, {"count": "3", "colour": "green", "extra": 1})
    assert answer.json()["code"] == "unknown_field"
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/text", "/count", "/colour", "/extra"}


def test_a_flood_of_faults_is_cut(client: Client) -> None:
    answer = post(client, {"n" * 300 + str(number): 1 for number in range(80)})
    assert len(answer.json()["errors"]) == 50


NO_OBJECT: list[bytes] = [
    b"{",
    b"[]",
    b'"text"',
    b"5",
    b"null",
    b" ",
    b'{"text": NaN}',
    b'{"share": Infinity}',
    b'{"share": 1e999}',
    b'{"text": "\\ud800"}',
    b'{"\\ud800": 1}',
    b'{"text": "\xff"}',
    b'\xef\xbb\xbf{"text": "a"}',
    b'{"text": "a", "text": "b"}',
    b'{"text": "a", "parts": [{"title": "a", "title": "b"}]}',
    b'{"text": "a"} {"text": "b"}',
    b"{'text': 'a'}",
    b'{"text": "a",}',
    b"[" * 100_000,
    b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    b'{"text": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
    b'{"count": ' + b"9" * 10_000 + b"}",
]


@pytest.mark.parametrize("raw", NO_OBJECT, ids=range(len(NO_OBJECT)))
def test_what_is_no_object_is_refused(client: Client, raw: bytes) -> None:
    answer = post(client, raw)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.json()["code"] in ("malformed_json", "validation_failed")
    if raw[:9] != b'{"count":':
        assert answer.json()["code"] == "malformed_json"


def test_depth_is_bounded_not_nesting_itself(client: Client) -> None:
    deep = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    assert only_error(post(client, b'{"text": ' + deep + b"}")) == ("/text", "wrong_type")


def test_an_absent_body_is_an_empty_object(client: Client) -> None:
    assert only_error(post(client, b"")) == ("/text", "required")
    assert only_error(post(client, b"", content_type="")) == ("/text", "required")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "nonsense"]
)
def test_only_json_is_read(client: Client, media_type: str) -> None:
    answer = post(client, WELL, content_type=media_type)
    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert post(client, WELL, content_type="application/json; charset=utf-8").status_code == HTTPStatus.CREATED


def test_an_operation_without_body_refuses_one(client: Client) -> None:
    path = f"/v1/notes/{uuid.uuid4()}/archive"
    answer = client.post(path, {"word": "x"}, content_type=JSON, headers=caller("ann"))
    assert only_error(answer) == ("/word", "unknown")
    assert client.post(path, {}, content_type=JSON, headers=caller("ann")).status_code == HTTPStatus.OK


class Untouched(BytesIO):
    """A body that nobody may read."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("read")


class Bounded(BytesIO):
    """A body that must not be read whole."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 <= size <= MAX_BODY_BYTES + 1
        return super().read(size)


def test_a_large_body_is_not_even_read(client: Client) -> None:
    answer = post(client, b"", **{"CONTENT_LENGTH": str(10**12), "wsgi.input": Untouched()})
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")


@pytest.mark.parametrize(
    ("size", "status"), [(MAX_BODY_BYTES, HTTPStatus.BAD_REQUEST), (MAX_BODY_BYTES + 1, 413), (10**7, 413)]
)
def test_a_chunked_body_is_read_up_to_the_limit(client: Client, size: int, status: int) -> None:
    raw = b'{"text": "' + b"x" * (size - 12) + b'"}'
    chunked = {
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": Bounded(raw),
        "CONTENT_TYPE": JSON,
    }
    assert post(client, b"", **chunked).status_code == status


def test_a_chunked_body_counts(client: Client) -> None:
    chunked = {
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(b'{"text": "a"}'),
        "CONTENT_TYPE": JSON,
    }
    assert post(client, b"", **chunked).status_code == HTTPStatus.CREATED


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "?limit", "too_small"),
        ("limit=101", "?limit", "too_large"),
        ("limit=ten", "?limit", "wrong_type"),
        ("limit=1.0", "?limit", "wrong_type"),
        ("limit=", "?limit", "wrong_type"),
        ("limit=%D9%A3", "?limit", "wrong_type"),
        ("limit=" + "9" * 5000, "?limit", "wrong_type"),
        ("limit=5&limit=6", "?limit", "invalid"),
        ("colour=green", "?colour", "not_a_choice"),
        ("is_open=True", "?is_open", "wrong_type"),
        ("owner=5", "?owner", "invalid"),
        ("expand=red,green", "?expand", "not_a_choice"),
        ("expand=red,red,red", "?expand", "too_long"),
        ("cursor=%00", "?cursor", "invalid"),
        ("cursor=%ff", "?cursor", "invalid"),
        ("cursor=%ED%A0%80", "?cursor", "invalid"),
        ("page=2", "?page", "unknown"),
        ("Limit=2", "?Limit", "unknown"),
        ("%00=1", "?\ufffd", "unknown"),
        ("limit[]=2", "?limit[]", "unknown"),
    ],
)
def test_the_query_is_strict_too(client: Client, query: str, pointer: str, code: str) -> None:
    for _ in range(2):  # what is right is read once
        answer = client.get(f"/v1/notes?{query}")
        assert only_error(answer) == (pointer, code)
    assert answer.json()["code"] == ("unknown_field" if code == "unknown" else "validation_failed")


def test_the_query_is_converted(client: Client) -> None:
    ids = "&".join(f"owner={uuid.uuid4()}" for _ in range(3))
    answer = client.get(f"/v1/notes?limit=100&is_open=false&colour=red&expand=red,blue&{ids}")
    assert answer.status_code == HTTPStatus.OK, answer.content


def test_too_many_parameters_are_refused(client: Client) -> None:
    assert client.get("/v1/notes?" + "&".join(f"a{n}=1" for n in range(1500))).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "path",
    [
        "/v1/notes/5",
        "/v1/notes/%00",
        "/v1/notes/..%2f..",
        "/v1/notes/",
        "/v1//notes",
        "/v1/notes/" + "a" * 5000,
        "/v1/%ff",
    ],
)
def test_a_path_that_is_no_id_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "name", ["Accept", "Accept-Language", "If-None-Match", "Authorization", "Content-Type", "Cookie", "X-Request-Id"]
)
@pytest.mark.parametrize("value", ["\0", "é", "x" * 10_000, ",;=\"'\\", "%s%n", "*" * 500, "fr" * 3000])
def test_no_header_breaks_anything(client: Client, name: str, value: str) -> None:
    for answer in (client.get("/v1/notes", headers={name: value}), client.get("/v1/mine", headers={name: value})):
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR


def test_strangers_learn_nothing_about_the_shape(client: Client) -> None:
    assert client.post("/v1/notes?x=1", b"{", content_type="text/plain").status_code == HTTPStatus.UNAUTHORIZED
    answer = client.post("/v1/notes", b"{", content_type=JSON, headers=caller("ann"))
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.FORBIDDEN, "permission_denied")


def test_a_flood_of_parameters_is_refused(client: Client) -> None:
    answer = client.get("/v1/mine?" + "&".join(f"p{number}=1" for number in range(2000)), headers=caller("ann"))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.json()["code"] == "unknown_field"

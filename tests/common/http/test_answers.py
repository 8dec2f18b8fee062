"""What an answer carries, whatever the operation: tags, caching, methods, media types."""

import uuid
from http import HTTPStatus

import pytest
from django.test import Client

from backend.common.http import etags
from tests.common.http.conftest import caller
from tests.common.http.operations import keep


def test_a_versioned_body_carries_its_tag(client: Client) -> None:
    note = keep("hello", version=7)
    answer = client.get(f"/v1/notes/{note['id']}")
    assert answer["ETag"] == answer.json()["etag"]
    assert answer["ETag"].startswith('"7-')
    assert client.get("/v1/notes").json()["results"][0]["etag"] == answer["ETag"]


def test_the_tag_tells_apart_what_differs(client: Client) -> None:
    note = keep("hello")
    before = client.get(f"/v1/notes/{note['id']}")["ETag"]
    note["text"] = "goodbye"
    assert client.get(f"/v1/notes/{note['id']}")["ETag"] != before


@pytest.mark.parametrize("known", ["{}", "W/{}", '"x", {}', "*"])
def test_what_the_caller_has_is_not_sent_again(client: Client, known: str) -> None:
    path = f"/v1/notes/{keep('hello')['id']}"
    tag = client.get(path)["ETag"]
    answer = client.get(path, headers={"If-None-Match": known.format(tag)})
    assert answer.status_code == HTTPStatus.NOT_MODIFIED
    assert answer.content == b""
    assert answer["ETag"] == tag
    assert answer["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("other", ['"other"', "", '"1-0000000000000000"'])
def test_another_tag_gets_the_body(client: Client, other: str) -> None:
    path = f"/v1/notes/{keep('hello')['id']}"
    assert client.get(path, headers={"If-None-Match": other}).status_code == HTTPStatus.OK


@pytest.mark.parametrize("malformed", ["nonsense", '"open', '*, "x"', '"x" "y"', f'"{"x" * 1000}"'])
def test_what_can_be_no_tag_is_refused(client: Client, malformed: str) -> None:
    answer = client.get(f"/v1/notes/{keep('hello')['id']}", headers={"If-None-Match": malformed})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.json()["errors"][0]["pointer"] == "#If-None-Match"


def test_a_list_has_a_tag_too(client: Client) -> None:
    tag = client.get("/v1/notes")["ETag"]
    assert client.get("/v1/notes", headers={"If-None-Match": tag}).status_code == HTTPStatus.NOT_MODIFIED
    keep("hello")
    assert client.get("/v1/notes", headers={"If-None-Match": tag}).status_code == HTTPStatus.OK


def test_a_tag_known_beforehand_saves_the_work(client: Client) -> None:
    answer = client.get("/v1/stamped", headers={"If-None-Match": '"stamp"'})
    assert answer.status_code == HTTPStatus.NOT_MODIFIED
    assert answer["Cache-Control"] == "public, no-cache"
    assert client.get("/v1/stamped").status_code == HTTPStatus.INTERNAL_SERVER_ERROR


def test_personal_answers_stay_in_no_cache(client: Client) -> None:
    assert client.get("/v1/mine", headers=caller("ann"))["Cache-Control"] == "no-store"
    assert client.get("/v1/mine")["Cache-Control"] == "no-store"
    assert client.get(f"/v1/notes/{uuid.uuid4()}")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer ann"}])
def test_a_public_answer_that_asks_who_calls_is_personal(client: Client, headers: dict[str, str]) -> None:
    caller("ann")
    answer = client.get("/v1/greeting", headers=headers)
    assert answer.json() == {"word": "you" if headers else "stranger"}
    assert answer["Cache-Control"] == "no-store"


def test_a_refused_token_matters_only_to_whom_it_is_shown(client: Client) -> None:
    stale = {"Authorization": "Bearer stale"}
    assert client.get("/v1/notes", headers=stale).status_code == HTTPStatus.OK
    assert client.get("/v1/mine", headers=stale).json()["code"] == "token_invalid"
    assert client.get("/v1/mine", headers=stale)["WWW-Authenticate"] == "Bearer"


def test_head_is_get_without_the_body(client: Client) -> None:
    path = f"/v1/notes/{keep('hello')['id']}"
    whole, bare = client.get(path), client.head(path)
    assert bare.content == b""
    assert (bare["ETag"], bare["Content-Length"]) == (whole["ETag"], str(len(whole.content)))
    assert client.head("/v1/mine").status_code == HTTPStatus.UNAUTHORIZED


def test_options_and_unknown_methods_name_the_known_ones(client: Client) -> None:
    options = client.options("/v1/notes")
    assert (options.status_code, options["Allow"]) == (HTTPStatus.NO_CONTENT, "GET, HEAD, POST, OPTIONS")
    refused = client.put("/v1/notes")
    assert (refused.status_code, refused["Allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, "GET, HEAD, POST, OPTIONS")
    assert refused.json()["code"] == "method_not_allowed"
    assert client.generic("BREW", "/v1/sql")["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "text/html, */*;q=0.8", "application/*", "", "a/b, Application/JSON;q=0.1"]
)
def test_what_accept_allows(client: Client, accept: str) -> None:
    assert client.get("/v1/notes", headers={"Accept": accept}).status_code == HTTPStatus.OK


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/xml, text/*", "nonsense", ";;,"])
def test_what_accept_rules_out(client: Client, accept: str) -> None:
    answer = client.get("/v1/notes", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.NOT_ACCEPTABLE, "not_acceptable")


def test_an_answer_that_is_no_json(client: Client) -> None:
    answer = client.get("/v1/calendar", headers={"Accept": "text/calendar"})
    assert (answer["Content-Type"], answer.content) == ("text/calendar", b"BEGIN:VCALENDAR")
    assert client.get("/v1/calendar", headers={"Accept": "application/json"}).status_code == HTTPStatus.NOT_ACCEPTABLE


def test_ids_may_be_in_capitals(client: Client) -> None:
    note = keep("hello")
    assert client.get(f"/v1/notes/{str(note['id']).upper()}").json()["id"] == str(note["id"])


def test_each_answer_has_an_id_of_ours(client: Client) -> None:
    sent = client.get("/v1/notes", headers={"X-Request-Id": "req_mine"})["X-Request-Id"]
    assert sent != "req_mine"
    assert sent != client.get("/v1/notes")["X-Request-Id"]
    problem = client.get("/v1/mine")
    assert problem.json()["request_id"] == problem["X-Request-Id"]


def test_a_tag_is_never_weak() -> None:
    assert etags.of_body(b"{}").startswith('"')
    assert etags.of_version(3, {}) != etags.of_version(4, {})

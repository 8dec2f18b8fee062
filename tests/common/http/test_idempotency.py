"""One key: at most one effect, one success answer (R16)."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app

from backend.common import pruning
from backend.common.http import idempotency
from backend.common.models import IdempotencyReceipt
from backend.common.permissions import Permission
from tests.common.http.conftest import CALLERS, caller
from tests.common.http.operations import BEFORE_ANSWER, NOTES

JSON = "application/json"
BOOK = Permission.CLINIC_MANAGE

pytestmark = pytest.mark.django_db


def post(client: Client, text: str = "a", key: str | None = "k", path: str = "/v1/notes", who: str = "ann") -> Any:
    headers = {"Authorization": f"Bearer {who}", **({"Idempotency-Key": key} if key is not None else {})}
    return client.post(path, {"text": text}, content_type=JSON, headers=headers)


@pytest.fixture(autouse=True)
def _ann() -> None:
    caller("ann", BOOK)


def effects() -> int:
    return IdempotencyReceipt.objects.filter(key="effect").count()


def receipts() -> int:
    return IdempotencyReceipt.objects.exclude(key="effect").count()


def test_a_retry_gets_the_first_answer(client: Client) -> None:
    first, again = post(client), post(client)
    assert (first.status_code, again.status_code) == (HTTPStatus.CREATED, HTTPStatus.CREATED)
    assert first.content == again.content
    assert [first[name] for name in ("ETag", "Location")] == [again[name] for name in ("ETag", "Location")]
    assert (first.headers.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert (effects(), receipts()) == (1, 1)


def test_without_a_key_each_request_counts(client: Client) -> None:
    post(client, key=None)
    post(client, key=None)
    assert (effects(), receipts()) == (2, 0)


def test_a_key_belongs_to_one_caller(client: Client) -> None:
    caller("ben", BOOK)
    assert post(client).json()["id"] != post(client, who="ben").json()["id"]
    assert effects() == 2


def test_the_same_json_written_otherwise_is_the_same_request(client: Client) -> None:
    headers = {"Authorization": "Bearer ann", "Idempotency-Key": "k"}
    bodies = [b'{"text":"a","count":1}', b' {"count": 1,\n "text": "\\u0061"}']
    first, again = (client.generic("POST", "/v1/notes", raw, content_type=JSON, headers=headers) for raw in bodies)
    assert first.content == again.content


@pytest.mark.parametrize(("text", "path"), [("b", "/v1/notes"), ("a", "/v1/secret-notes")])
def test_another_request_must_not_use_the_key(client: Client, text: str, path: str) -> None:
    post(client)
    answer = post(client, text, path=path)
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused")
    assert effects() == 1


@pytest.mark.parametrize(
    ("text", "status"), [("refuse", HTTPStatus.CONFLICT), ("break", HTTPStatus.INTERNAL_SERVER_ERROR)]
)
def test_a_failure_leaves_nothing_and_frees_the_key(client: Client, text: str, status: HTTPStatus) -> None:
    assert post(client, text).status_code == status
    assert (effects(), receipts()) == (0, 0)
    assert post(client, "a").status_code == HTTPStatus.CREATED


def test_a_receipt_shares_the_fate_of_the_effect(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("after the effect, before the commit")

    monkeypatch.setattr(idempotency, "_keep", fail)
    assert post(client).status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert effects() == 0


def test_a_required_key_is_asked_for(client: Client) -> None:
    answer = post(client, key=None, path="/v1/secret-notes")
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.BAD_REQUEST, "idempotency_key_required")


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a\tb", "x" * 256])
def test_a_key_is_visible_ascii(client: Client, key: str) -> None:
    answer = post(client, key=key)
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.BAD_REQUEST, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "#Idempotency-Key"
    assert post(client, key="x" * 255).status_code == HTTPStatus.CREATED


def test_a_replay_is_authorised_again(client: Client) -> None:
    post(client)
    caller("ann")
    assert post(client).status_code == HTTPStatus.FORBIDDEN
    CALLERS.clear()
    assert post(client).status_code == HTTPStatus.UNAUTHORIZED


def test_health_data_is_rendered_again_not_stored(client: Client) -> None:
    first = post(client, "it hurts", path="/v1/secret-notes")
    receipt = IdempotencyReceipt.objects.exclude(key="effect").get()
    assert receipt.body is None
    assert str(receipt.resource_id) == first.json()["id"]
    note = NOTES[uuid.UUID(first.json()["id"])]
    note |= {"text": "it hurts less", "version": 2}
    again = post(client, "it hurts", path="/v1/secret-notes")
    assert (again.status_code, again["Idempotent-Replayed"]) == (HTTPStatus.CREATED, "true")
    assert (again.json()["text"], again["ETag"]) == ("it hurts less", again.json()["etag"])
    assert again["Location"] == first["Location"]


def test_what_is_no_longer_the_callers_is_not_replayed(client: Client) -> None:
    post(client, path="/v1/secret-notes")
    NOTES.clear()
    assert post(client, path="/v1/secret-notes").status_code == HTTPStatus.NOT_FOUND


def test_after_a_day_the_key_is_new(client: Client) -> None:
    first = post(client)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE common_idempotencyreceipt SET created_at = now() - interval '24 hours' WHERE key = 'k'")
    second = post(client, "b")
    assert second.status_code == HTTPStatus.CREATED
    assert second.json()["id"] != first.json()["id"]
    assert post(client, "b").content == second.content
    assert receipts() == 1


def test_old_receipts_are_removed_and_young_ones_stay(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    for key in "abcde":
        post(client, key=key)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE common_idempotencyreceipt SET created_at = now() - interval '25 hours' WHERE key < 'e'")
    app.tasks["common.prune"].func(timestamp=0)
    assert set(IdempotencyReceipt.objects.values_list("key", flat=True)) == {"e", "effect"}


def test_the_work_itself_waits_as_it_did_before(client: Client) -> None:
    seen: list[str] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            seen.append(cursor.fetchone()[0])

    BEFORE_ANSWER.append(look)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1234ms'")
    post(client)
    assert seen == ["1234ms"]


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_twins_have_one_effect_and_one_answer(client: Client) -> None:
    start = Barrier(8)

    def send(_: int) -> Any:
        start.wait()
        return post(client)

    answers = in_threads(8, send)
    assert {answer.status_code for answer in answers} == {HTTPStatus.CREATED}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7
    assert (effects(), receipts()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_twins_would_both_take_effect(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "_LOCK", "SELECT current_setting('lock_timeout'), %s::text, %s::bigint")
    both_inside = Barrier(2, timeout=10)

    def meet() -> None:
        both_inside.wait()

    BEFORE_ANSWER.append(meet)
    in_threads(2, lambda _: post(client))
    assert effects() == 2


@pytest.mark.django_db(transaction=True)
def test_a_twin_does_not_wait_for_ever(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT_MS", 50)
    inside, go_on = Event(), Event()

    def pause() -> None:
        inside.set()
        assert go_on.wait(10)

    BEFORE_ANSWER.append(pause)

    def send(number: int) -> Any:
        if number == 0:
            return post(client)
        assert inside.wait(10)
        try:
            return post(client)
        finally:
            go_on.set()

    first, second = in_threads(2, send)
    assert first.status_code == HTTPStatus.CREATED
    assert (second.status_code, second.json()["code"]) == (HTTPStatus.CONFLICT, "idempotency_in_progress")
    assert second["Retry-After"] == "1"
    assert effects() == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_of_a_failure_runs_itself(client: Client) -> None:
    turns: list[int] = []
    start = Barrier(2)

    def fail_first() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise RuntimeError("the first breaks")

    BEFORE_ANSWER.append(fail_first)

    def send(_: int) -> Any:
        start.wait()
        return post(client)

    answers = in_threads(2, send)
    assert {answer.status_code for answer in answers} == {HTTPStatus.CREATED, HTTPStatus.INTERNAL_SERVER_ERROR}
    assert (effects(), receipts()) == (1, 1)


def test_keys_share_no_lock_but_by_accident() -> None:
    ann, ben = uuid.uuid4(), uuid.uuid4()
    keys = [idempotency.Key(who, text, b"") for who in (ann, ben) for text in ("a", "b")]
    assert len({key.lock for key in keys}) == 4
    assert all(-(2**63) <= key.lock < 2**63 for key in keys)

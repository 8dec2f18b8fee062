"""One Idempotency-Key, sent many times at once: one effect, one success answer (R16)."""

import secrets
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.starts import Starts
from tests.live import LiveApi

TWINS = 50
IN_PROGRESS = (409, "idempotency_in_progress")


@pytest.fixture
def caller(live_api: LiveApi) -> Iterator[Caller]:
    [caller] = newcomers(live_api, 1)
    began = ledger.now(live_api)
    yield caller
    assert ledger.half_rows(live_api, began) == []


def told_the_same(answers: list[Answer]) -> Answer:
    """The one success among them; everybody else got it too, or was told that the first is still at it."""
    assert {answer.verdict for answer in answers} <= {(201, None), IN_PROGRESS}
    successes = [answer for answer in answers if answer.status == 201]
    first = [answer for answer in successes if "idempotent-replayed" not in answer.headers]
    assert len(first) == 1
    assert all(answer.data == first[0].data for answer in successes)
    assert all(answer.headers["location"] == first[0].headers["location"] for answer in successes)
    return first[0]


def test_fifty_twins_book_once(live_api: LiveApi, caller: Caller, starts: Starts) -> None:
    began, key, wanted = ledger.now(live_api), secrets.token_hex(8), starts.next().wanted
    answers = at_once([partial(caller.twin().book, wanted, key=key) for _ in range(TWINS)])
    visit = told_the_same(answers)
    assert ledger.born_since(live_api, began) == {visit.data["id"]: "booked"}
    again = caller.book(wanted, key=key)
    assert (again.data, again.headers["idempotent-replayed"]) == (visit.data, "true")


def test_fifty_twins_hold_once(live_api: LiveApi, caller: Caller, starts: Starts) -> None:
    began, key, wanted = ledger.now(live_api), secrets.token_hex(8), starts.next().wanted
    answers = at_once([partial(caller.twin().post, "holds", wanted, key=key) for _ in range(TWINS)])
    for answer in answers:
        answer.data.pop("expires_in_seconds", None)  # counted anew for each
    hold = told_the_same(answers)
    assert ledger.born_since(live_api, began) == {hold.data["id"]: "held"}


def test_holding_one_start_at_once_without_a_key_gives_one_hold(
    live_api: LiveApi, caller: Caller, starts: Starts
) -> None:
    began, wanted = ledger.now(live_api), starts.next().wanted
    answers = at_once([partial(caller.twin().post, "holds", wanted) for _ in range(16)])
    assert {answer.status for answer in answers} == {201}
    assert ledger.born_since(live_api, began) == {answers[0].data["id"]: "held"}
    assert {answer.data["id"] for answer in answers} == {answers[0].data["id"]}


def test_one_key_for_two_wishes_serves_one_of_them(live_api: LiveApi, caller: Caller, starts: Starts) -> None:
    began, key = ledger.now(live_api), secrets.token_hex(8)
    wishes = [starts.next().wanted, starts.next().wanted] * 12
    answers = at_once([partial(caller.twin().book, wanted, key=key) for wanted in wishes])
    verdicts = Counter(answer.verdict for answer in answers if answer.verdict != IN_PROGRESS)
    assert set(verdicts) == {(201, None), (422, "idempotency_key_reused")}
    [visit] = ledger.born_since(live_api, began)
    assert {answer.data["id"] for answer in answers if answer.status == 201} == {visit}


def test_the_same_key_of_two_people_is_two_keys(live_api: LiveApi, starts: Starts) -> None:
    crowd, key = newcomers(live_api, 2), secrets.token_hex(8)
    answers = at_once([partial(caller.book, starts.next().wanted, key=key) for caller in crowd])
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].data["id"] != answers[1].data["id"]

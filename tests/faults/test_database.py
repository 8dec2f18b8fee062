"""The database hangs up on everybody: clients are told to come back, and nobody has to restart the API."""

import secrets
from collections.abc import Callable
from functools import partial
from threading import Condition

import psycopg
import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.starts import Starts, Wanted
from tests.live import LiveApi

BUSY = (503, "unavailable")
CLIENTS, EACH = 12, 4


@pytest.fixture(scope="module")
def crowd(api: LiveApi) -> list[Caller]:
    return newcomers(api, CLIENTS)


def hang_up(api: LiveApi) -> int:
    """End every connection of the API, as the role may that they belong to; how many there were."""
    query = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"""
    with psycopg.connect(api.database_url) as database:
        [(count,)] = database.execute(query).fetchall()
    return int(count)


def test_idle_connections_that_were_cut_cost_one_retry_each(api: LiveApi, crowd: list[Caller]) -> None:
    at_once([partial(caller.call, "GET", "me") for caller in crowd])
    cut = hang_up(api)
    assert cut > 0
    answers = [crowd[0].call("GET", "me") for _ in range(cut + 10)]
    assert {answer.verdict for answer in answers} <= {(200, None), BUSY}
    assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status == 503)
    assert [answer.status for answer in answers[-10:]] == [200] * 10


class Progress:
    """Counts bookings, for those who wait for the next so many."""

    def __init__(self) -> None:
        self.count, self.changed = 0, Condition()

    def add(self) -> None:
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def reach(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.count >= count, timeout=30)


def persist(caller: Caller, wanted: Wanted) -> list[Answer]:
    """Repeat the request with its key as long as the answer is 503; all answers, the last one final."""
    key, answers = secrets.token_hex(8), list[Answer]()
    while not answers or (answers[-1].status == 503 and len(answers) < 20):
        answers.append(caller.book(wanted, key=key))
    return answers


def test_a_storm_goes_on_when_its_connections_are_cut(api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    began, progress, answers = ledger.now(api), Progress(), list[list[Answer]]()
    wishes = [[starts.next("physio-follow-up").wanted for _ in range(EACH)] for _ in crowd]

    def live(number: int) -> None:
        for wanted in wishes[number]:
            answers.append(persist(crowd[number], wanted))
            progress.add()

    def cut() -> None:
        for count in (5, 20, 35):
            progress.reach(count)
            assert hang_up(api) > 0

    acts: list[Callable[[], None]] = [cut, *(partial(live, number) for number in range(CLIENTS))]
    at_once(acts)
    assert {answer.verdict for tries in answers for answer in tries} == {(201, None), BUSY}
    told = [tries[-1].data["id"] for tries in answers]
    assert len(set(told)) == CLIENTS * EACH
    assert ledger.born_since(api, began) == dict.fromkeys(told, "booked")
    assert ledger.half_rows(api, began) == []
    assert ledger.double_bookings(api) == 0

"""kill -9 of the API amid bookings: what was acknowledged stays, what was not is settled by asking again."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, NoAnswer, at_once, newcomers
from tests.concurrency.starts import Starts, Wanted
from tests.live import LiveApi

CLIENTS, STARTS_EACH = 16, 4


@dataclass
class Attempt:
    """A keyed request as its client knows it. Without an answer nobody knows whether it took effect."""

    path: str
    body: Wanted
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    answer: Answer | None = None

    @property
    def is_open(self) -> bool:
        """Not refused: acknowledged, or unknown."""
        return self.answer is None or self.answer.status == 201


class Client:
    """Books the starts on a list one after the other, every second client by way of holds, and keeps a log."""

    def __init__(self, caller: Caller, wishes: list[Wanted], *, holds_first: bool) -> None:
        self.caller, self.wishes, self.holds_first = caller, wishes, holds_first
        self.log: list[Attempt] = []

    def live(self, on_success: "Alarm") -> None:
        """Until all is booked, or the server is gone."""
        try:
            for wanted in self.wishes:
                for answer in self._want(wanted):
                    on_success.count(answer)
        except NoAnswer:
            return

    def settle(self) -> None:
        """Ask again, with the same keys, whatever was not refused; then book what is held."""
        for attempt in [attempt for attempt in self.log if attempt.is_open]:
            before, after = attempt.answer, self._send(attempt)
            assert after.verdict in ((201, None), (409, "slot_taken")), after.data
            if before is not None:
                assert (after.status, after.data["id"]) == (201, before.data["id"])
                assert after.headers["idempotent-replayed"] == "true"
        booked = {attempt.body.get("hold_id") for attempt in self.log}
        for attempt in [attempt for attempt in self.log if attempt.path == "holds" and attempt.is_open]:
            assert attempt.answer is not None
            if attempt.answer.data["id"] not in booked:
                assert self._try("appointments", {"hold_id": attempt.answer.data["id"]}).status == 201

    @property
    def visits(self) -> list[str]:
        """What it was told it has."""
        told = [one.answer for one in self.log if one.path == "appointments" and one.answer is not None]
        return [answer.data["id"] for answer in told if answer.status == 201]

    def _want(self, wanted: Wanted) -> Iterator[Answer]:
        answer = self._try("holds" if self.holds_first else "appointments", wanted)
        yield answer
        if self.holds_first and answer.status == 201:
            yield self._try("appointments", {"hold_id": answer.data["id"]})

    def _try(self, path: str, body: Wanted) -> Answer:
        self.log.append(Attempt(path, body))
        return self._send(self.log[-1])

    def _send(self, attempt: Attempt) -> Answer:
        attempt.answer = self.caller.post(attempt.path, attempt.body, key=attempt.key)
        return attempt.answer


class Alarm:
    """Rings once so many successes were counted."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.successes, self.rang = wanted, list[Answer](), Event()

    def count(self, answer: Answer) -> None:
        if answer.status == 201:
            self.successes.append(answer)
        if len(self.successes) >= self.wanted:
            self.rang.set()

    def kill(self, api: LiveApi) -> None:
        assert self.rang.wait(30)
        api.kill()


@pytest.fixture(scope="module")
def crowd(api: LiveApi) -> list[Caller]:
    return newcomers(api, CLIENTS)


@pytest.mark.parametrize("acknowledged", [1, 8, 16, 24])
def test_nothing_acknowledged_is_lost(api: LiveApi, crowd: list[Caller], starts: Starts, acknowledged: int) -> None:
    began, alarm = ledger.now(api), Alarm(acknowledged)
    clients = list[Client]()
    for rivals in zip(crowd[::2], crowd[1::2], strict=True):
        wishes = [starts.next("physio-follow-up").wanted for _ in range(STARTS_EACH)]
        clients += [Client(caller, wishes, holds_first=len(clients) % 4 > 1) for caller in rivals]

    at_once([partial(alarm.kill, api), *(partial(client.live, alarm) for client in clients)])
    unknown = [attempt for client in clients for attempt in client.log if attempt.answer is None]
    assert unknown
    api.restart()
    known = [visit for client in clients for visit in client.visits]
    assert ledger.visits(api, known) == dict.fromkeys(known, "booked")

    at_once([client.settle for client in clients])
    told = [visit for client in clients for visit in client.visits]
    assert len(told) == len(set(told))
    assert ledger.born_since(api, began) == dict.fromkeys(told, "booked")
    assert ledger.half_rows(api, began) == []
    assert ledger.double_bookings(api) == 0
    assert _takers(clients) == {1}


def _takers(clients: list[Client]) -> set[int]:
    """How many clients have each start that any of them asked for."""
    takers = defaultdict[str, int](int)
    for client in clients:
        for attempt in client.log:
            if "starts_at" in attempt.body:
                takers[attempt.body["starts_at"]] += attempt.answer is not None and attempt.answer.status == 201
    return set(takers.values())

"""Sixty-four people want one time, over HTTP, round after round.

The rounds are many for a reason: plain inserts against exclusion constraints survive a dozen and then freeze in
deadlocks. `test_guards` runs the same race with the guards removed, and sees the double booking.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.starts import LAST_DAY, Starts, Wanted, every_start
from tests.live import LiveApi

pytestmark = pytest.mark.usefixtures("nothing_breaks")

CLIENTS, ROUNDS = 64, 100
WON, LOST, OVERLAPS = (201, None), (409, "slot_taken"), (409, "patient_overlap")


@pytest.fixture(scope="module")
def crowd(live_api: LiveApi) -> list[Caller]:
    return newcomers(live_api, CLIENTS)


def test_one_of_64_gets_the_time_a_hundred_times_over(live_api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    began, answers = ledger.now(live_api), list[Answer]()
    for _ in range(ROUNDS):
        wanted = starts.next("massage").wanted
        round_ = at_once([partial(caller.book, wanted) for caller in crowd])
        assert Counter(answer.verdict for answer in round_) == {WON: 1, LOST: CLIENTS - 1}
        answers += round_
    won = [answer.data["id"] for answer in answers if answer.status == 201]
    assert ledger.born_since(live_api, began) == dict.fromkeys(won, "booked")
    _print_times(answers)


def test_who_loses_is_offered_what_books(crowd: list[Caller], starts: Starts) -> None:
    wanted = starts.next("massage").wanted
    answers = at_once([partial(caller.book, wanted) for caller in crowd[:50]])
    assert Counter(answer.verdict for answer in answers) == {WON: 1, LOST: 49}
    lost = [(caller, answer) for caller, answer in zip(crowd, answers, strict=False) if answer.verdict == LOST]
    assert {len(answer.data["alternatives"]) for _, answer in lost} == {3}
    caller, answer = lost[0]
    for other in answer.data["alternatives"]:
        start = {"starts_at": other["starts_at"], "clinic_id": other["clinic_id"]}
        booked = caller.book({**wanted, **start, "practitioner_id": other["practitioner_ids"][0]})
        assert booked.verdict == WON
        caller.post(f"appointments/{booked.data['id']}/cancel", {"reason_code": "schedule"})


def test_one_of_64_gets_the_hold(live_api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    for _ in range(5):
        wanted = starts.next("massage").wanted
        answers = at_once([partial(caller.post, "holds", wanted) for caller in crowd])
        assert Counter(answer.verdict for answer in answers) == {WON: 1, LOST: CLIENTS - 1}
        winner, hold = next((c, a.data) for c, a in zip(crowd, answers, strict=True) if a.status == 201)
        booked = winner.book({"hold_id": hold["id"]})
        assert (booked.verdict, booked.data["id"]) == (WON, hold["id"])


def test_as_many_win_as_there_are_free_practitioners(crowd: list[Caller], starts: Starts) -> None:
    for _ in range(5):
        start = starts.next("physio-follow-up", givers=2)
        answers = at_once([partial(caller.book, start.of_anyone) for caller in crowd[:24]])
        free = len(start.practitioner_ids)
        assert Counter(answer.verdict for answer in answers) == {WON: free, LOST: 24 - free}
        givers = {answer.data["practitioner"]["id"] for answer in answers if answer.status == 201}
        assert givers == set(start.practitioner_ids)


def test_one_patient_is_not_booked_with_two_practitioners_at_a_time(crowd: list[Caller], starts: Starts) -> None:
    for patient in crowd[:5]:
        start = starts.next("physio-follow-up", givers=2)
        wishes = [start.of(giver) for giver in start.practitioner_ids[:2]] * 8
        answers = at_once([partial(patient.twin().book, wanted) for wanted in wishes])
        verdicts = Counter(answer.verdict for answer in answers)
        assert verdicts[WON] == 1
        assert verdicts[LOST] + verdicts[OVERLAPS] == 15
        assert verdicts[OVERLAPS] >= 1


def test_a_storm_of_everything(live_api: LiveApi, crowd: list[Caller]) -> None:
    """Visits of different lengths that overlap in every way, held, let go, booked and cancelled."""
    wishes = [
        wanted
        for service in ("physio-follow-up", "physio-initial")
        for start, _ in list(every_start(live_api, service, LAST_DAY, 7))[:100]
        for wanted in (start.of_anyone, *map(start.of, start.practitioner_ids))
    ]
    acts = [partial(_live, caller, wishes, random.Random(number)) for number, caller in enumerate(crowd)]
    verdicts = Counter(answer.verdict for answers in at_once(acts) for answer in answers)
    assert verdicts[WON] > 40
    assert {status for status, _ in verdicts} <= {200, 201, 204, 409}


def _live(caller: Caller, wishes: Sequence[Wanted], rng: random.Random) -> list[Answer]:
    answers = []
    for _ in range(4):
        wanted, act = rng.choice(wishes), rng.choice([_book, _hold_and_book, _hold_and_let_go, _book_and_cancel])
        answers += list(act(caller, wanted))
    return answers


def _book(caller: Caller, wanted: Wanted) -> Iterator[Answer]:
    yield caller.book(wanted)


def _then(first: Answer, second: Callable[[str], Answer]) -> Iterator[Answer]:
    yield first
    if first.status == 201:
        yield second(first.data["id"])


def _hold_and_book(caller: Caller, wanted: Wanted) -> Iterator[Answer]:
    yield from _then(caller.post("holds", wanted), lambda key: caller.book({"hold_id": key}))


def _hold_and_let_go(caller: Caller, wanted: Wanted) -> Iterator[Answer]:
    yield from _then(caller.post("holds", wanted), lambda key: caller.call("DELETE", f"holds/{key}"))


def _book_and_cancel(caller: Caller, wanted: Wanted) -> Iterator[Answer]:
    reason = {"reason_code": "schedule"}
    yield from _then(caller.book(wanted), lambda key: caller.post(f"appointments/{key}/cancel", reason))


def _print_times(answers: Sequence[Answer]) -> None:
    won = sorted(answer.seconds * 1000 for answer in answers if answer.status == 201)
    lost = sorted(answer.seconds * 1000 for answer in answers if answer.status == 409)
    for name, times in (("won", won), ("lost", lost)):
        print(f"{name}: p50 {times[len(times) // 2]:.0f} ms, p99 {times[len(times) * 99 // 100]:.0f} ms")  # noqa: T201 - with -s

"""The race of `test_race` with the guards removed: what each of them is good for, and that the race can tell."""

from collections import Counter
from functools import partial

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.starts import Starts
from tests.live import LiveApi, MakeLiveApi

CLIENTS = 24
UNLOCKED = {"DJANGO_SETTINGS_MODULE": "tests.concurrency.without_locks"}
CONSTRAINTS = ("practitioner", "room", "patient")
WON, LOST = (201, None), (409, "slot_taken")


def without_constraints(api: LiveApi) -> None:
    drops = ", ".join(f"DROP CONSTRAINT appointment_{resource}_is_free" for resource in CONSTRAINTS)
    ledger.write(api, f"ALTER TABLE appointments_appointment {drops}")


def race(crowd: list[Caller], starts: Starts) -> list[Answer]:
    wanted = starts.next("massage").wanted
    return at_once([partial(caller.book, wanted) for caller in crowd])


def test_without_locks_and_constraints_people_are_double_booked(make_live_api: MakeLiveApi) -> None:
    api = make_live_api(env=UNLOCKED)
    without_constraints(api)
    crowd, starts = newcomers(api, CLIENTS), Starts(api)
    for _ in range(20):
        won = sum(answer.status == 201 for answer in race(crowd, starts))
        if won > 1:
            break
    assert won > 1
    assert ledger.double_bookings(api) >= won * (won - 1) // 2


def test_locks_alone_hold(make_live_api: MakeLiveApi) -> None:
    api = make_live_api()
    without_constraints(api)
    crowd, starts = newcomers(api, CLIENTS), Starts(api)
    for _ in range(10):
        assert Counter(answer.verdict for answer in race(crowd, starts)) == {WON: 1, LOST: CLIENTS - 1}
    assert ledger.double_bookings(api) == 0


def test_constraints_alone_hold(make_live_api: MakeLiveApi) -> None:
    """Safe, if not calm: who waits for the winner's row gives up after a while and tries again."""
    api = make_live_api(env=UNLOCKED)
    crowd, starts = newcomers(api, CLIENTS), Starts(api)
    before, answers = ledger.deadlocks(api), list[Answer]()
    for _ in range(10):
        round_ = race(crowd, starts)
        verdicts = Counter(answer.verdict for answer in round_)
        assert verdicts[WON] <= 1
        assert set(verdicts) <= {WON, LOST, (503, "unavailable")}
        answers += round_
    assert ledger.double_bookings(api) == 0
    slowest = max(answer.seconds for answer in answers)
    print(f"deadlocks {ledger.deadlocks(api) - before}, slowest answer {slowest:.1f} s")  # noqa: T201 - with -s

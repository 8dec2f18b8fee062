"""Series that want each other's times, and everybody else who wants one of them."""

import secrets
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.starts import Start, Starts
from tests.live import LiveApi, MakeLiveApi

pytestmark = pytest.mark.usefixtures("nothing_breaks")

CLIENTS, ROUNDS = 64, 10
WON, LOST, TAKEN = (201, None), (409, "series_conflict"), (409, "slot_taken")
UNLOCKED = {"DJANGO_SETTINGS_MODULE": "tests.concurrency.without_locks"}


@pytest.fixture(scope="module")
def live_api(make_live_api: MakeLiveApi) -> LiveApi:
    """A server of their own: they take more starts than what the other tests leave of the shared calendar."""
    return make_live_api()


@pytest.fixture(scope="module")
def starts(live_api: LiveApi) -> Starts:
    """The free starts there."""
    return Starts(live_api)


@pytest.fixture(scope="module")
def crowd(live_api: LiveApi) -> list[Caller]:
    return newcomers(live_api, CLIENTS)


def some(starts: Starts, count: int, service: str = "massage", givers: int = 1) -> list[Start]:
    return [starts.next(service, givers=givers) for _ in range(count)]


def take(caller: Caller, visits: Iterable[Start], **more: Any) -> Answer:
    """Book them together, with the first practitioner of each."""
    wanted = [start.wanted for start in visits]
    body = {"service_id": wanted[0]["service_id"], "visits": [_visit(one) for one in wanted], **more}
    return caller.post("series", body, key=secrets.token_hex(8))


def _visit(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if name != "service_id"}


def booked(api: LiveApi, visits: Iterable[Start]) -> list[int]:
    """How many visits begin at each of the starts."""
    query = f"SELECT count(*) FROM appointments_appointment WHERE starts_at = %s AND status IN {ledger.BLOCKING}"
    return [ledger.rows(api, query, start.starts_at)[0][0] for start in visits]


def sizes(api: LiveApi, since: Any) -> set[int]:
    """How many visits each series born since then has."""
    query = """SELECT count(a.id) FROM appointments_series s LEFT JOIN appointments_appointment a ON a.series_id = s.id
               WHERE s.created_at >= %s GROUP BY s.id"""
    return {size for (size,) in ledger.rows(api, query, since)}


def test_of_series_that_share_a_time_one_is_booked_and_the_others_leave_nothing(
    live_api: LiveApi, crowd: list[Caller], starts: Starts
) -> None:
    """Whatever the order in which they name what they want."""
    began = ledger.now(live_api)
    for _ in range(ROUNDS):
        first, shared, last = some(starts, 3)
        lists = [[first, shared], [shared, first], [shared, last], [last, shared]]
        acts = [partial(take, caller, lists[number % 4]) for number, caller in enumerate(crowd)]
        answers = at_once(acts)
        assert Counter(answer.verdict for answer in answers) == {WON: 1, LOST: CLIENTS - 1}
        assert sorted(booked(live_api, [first, shared, last])) == [0, 1, 1]
        assert booked(live_api, [shared]) == [1]
    assert sizes(live_api, began) == {2}


def test_series_against_those_who_want_one_of_its_times(live_api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    began = ledger.now(live_api)
    for _ in range(ROUNDS):
        visits = some(starts, 3)
        series = [partial(take, caller, visits) for caller in crowd[:32]]
        single = [partial(caller.book, visits[number % 3].wanted) for number, caller in enumerate(crowd[32:])]
        verdicts = Counter(answer.verdict for answer in at_once([*series, *single]))
        assert set(verdicts) <= {WON, LOST, TAKEN}
        assert booked(live_api, visits) == [1, 1, 1]
    assert sizes(live_api, began) <= {3}


def test_who_is_content_with_some_gets_what_is_left(live_api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    for _ in range(ROUNDS):
        visits = some(starts, 4)
        lists = [visits[:2], visits[1:3], visits[2:], visits[::3]]
        acts = [partial(take, one, lists[number % 4], accept_partial=True) for number, one in enumerate(crowd)]
        answers = at_once(acts)
        assert {answer.verdict for answer in answers} <= {WON, LOST}
        assert booked(live_api, visits) == [1, 1, 1, 1]
        won = [answer.data for answer in answers if answer.verdict == WON]
        assert sum(len(series["visits"]) for series in won) == 4
        assert all(len(series["visits"]) + len(series["conflicts"]) == 2 for series in won)


def test_one_patient_who_sends_two_series_is_not_in_two_places(crowd: list[Caller], starts: Starts) -> None:
    for patient in crowd[:5]:
        visits = some(starts, 2, "physio-follow-up", givers=2)
        lists = [
            [Start(one.service_id, one.clinic_id, one.starts_at, one.practitioner_ids[::way]) for one in visits]
            for way in (1, -1)
        ]
        answers = at_once([partial(take, patient.twin(), lists[number % 2]) for number in range(16)])
        assert Counter(answer.verdict for answer in answers) == {WON: 1, LOST: 15}


def test_without_locks_and_constraints_series_share_their_times(make_live_api: MakeLiveApi) -> None:
    """The control: what the guards are good for, and that the race can tell."""
    api = make_live_api(env=UNLOCKED)
    drops = ", ".join(f"DROP CONSTRAINT appointment_{one}_is_free" for one in ("practitioner", "room", "patient"))
    ledger.write(api, f"ALTER TABLE appointments_appointment {drops}")
    people, starts = newcomers(api, 16), Starts(api)
    for _ in range(20):
        visits = some(starts, 2)
        answers = at_once([partial(take, caller, visits) for caller in people])
        if sum(answer.verdict == WON for answer in answers) > 1:
            break
    assert ledger.double_bookings(api) > 0

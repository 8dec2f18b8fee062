"""Visits that move while everybody else books, cancels and looks on."""

from collections import Counter
from functools import partial
from threading import Event
from typing import Any

import psycopg
import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, meanwhile, newcomers
from tests.concurrency.starts import Starts
from tests.live import LiveApi, MakeLiveApi

pytestmark = pytest.mark.usefixtures("nothing_breaks")

CLIENTS = 64
WON, MOVED, LOST = (201, None), (200, None), (409, "slot_taken")
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
    # Their visits go to and fro: nobody counts.
    ledger.write(live_api, "UPDATE clinics_clinic SET reschedule_limit = 100, reschedule_within_days = 700")
    return newcomers(live_api, CLIENTS)


@pytest.fixture(scope="module")
def visits(crowd: list[Caller], starts: Starts) -> list[str]:
    """One of each of the crowd."""
    return [booked(caller, starts) for caller in crowd]


def booked(caller: Caller, starts: Starts) -> str:
    answer = caller.book(starts.next("massage").wanted)
    assert answer.verdict == WON, answer.data
    return str(answer.data["id"])


def move(caller: Caller, visit: str, to: str) -> Answer:
    return caller.post(f"appointments/{visit}/reschedule", {"starts_at": to})


def test_one_of_64_movers_gets_the_time_and_the_others_keep_theirs(
    live_api: LiveApi, crowd: list[Caller], visits: list[str], starts: Starts
) -> None:
    for _ in range(10):
        to = starts.next("massage").starts_at
        before = places(live_api, visits)
        answers = at_once([partial(move, *one, to) for one in zip(crowd, visits, strict=True)])
        assert Counter(answer.verdict for answer in answers) == {MOVED: 1, LOST: CLIENTS - 1}
        won = next(answer.data["id"] for answer in answers if answer.status == 200)
        after = places(live_api, visits)
        assert {visit for visit in visits if before[visit] != after[visit]} == {won}


def places(api: LiveApi, visits: list[str]) -> dict[str, Any]:
    query = "SELECT id, starts_at, revision FROM appointments_appointment WHERE id = ANY(%s::uuid[])"
    return {str(key): rest for key, *rest in ledger.rows(api, query, visits)}


def test_movers_against_bookers(crowd: list[Caller], visits: list[str], starts: Starts) -> None:
    movers, bookers = crowd[:32], crowd[32:]
    for _ in range(10):
        wanted = starts.next("massage").wanted
        acts = [partial(move, *one, wanted["starts_at"]) for one in zip(movers, visits[:32], strict=True)]
        answers = at_once([*acts, *(partial(booker.book, wanted) for booker in bookers)])
        verdicts = Counter(answer.verdict for answer in answers)
        assert verdicts[MOVED] + verdicts[WON] == 1
        assert verdicts[LOST] == CLIENTS - 1


def test_movers_that_change_places_never_wait_in_a_ring(crowd: list[Caller], starts: Starts) -> None:
    """Each wants where the other is: the locks of old and new are taken in one order, so one answer is always had."""
    for one, other in zip(crowd[:10:2], crowd[1:10:2], strict=True):
        wishes = [starts.next("massage").wanted for _ in range(2)]
        visits = [str(caller.book(wish).data["id"]) for caller, wish in zip((one, other), wishes, strict=True)]
        acts = [
            partial(move, one, visits[0], wishes[1]["starts_at"]),
            partial(move, other, visits[1], wishes[0]["starts_at"]),
        ]
        assert [answer.verdict for answer in at_once(acts)] == [LOST, LOST]


def test_one_visit_moved_from_many_phones_is_at_one_place(
    live_api: LiveApi, crowd: list[Caller], starts: Starts
) -> None:
    visit = booked(crowd[0], starts)
    wishes = [starts.next("massage").starts_at for _ in range(8)]
    answers = at_once([partial(move, crowd[0].twin(), visit, to) for to in wishes])
    assert {answer.verdict for answer in answers} <= {MOVED, (503, "unavailable")}
    done = sum(answer.verdict == MOVED for answer in answers)
    [(_, revision)] = places(live_api, [visit]).values()
    assert revision == done
    counted = "SELECT count(*) FROM appointments_transition WHERE appointment_id = %s AND from_status = 'booked'"
    assert ledger.rows(live_api, counted, visit) == [(done,)]


def test_moving_and_cancelling_at_once_end_one_way(live_api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    for turn in range(10):
        caller, to = crowd[turn], starts.next("massage").wanted
        visit = booked(caller, starts)
        cancel = partial(caller.twin().post, f"appointments/{visit}/cancel", {"reason_code": "other"})
        acts = [partial(move, caller, visit, to["starts_at"]), cancel]
        moved, cancelled = at_once(acts) if turn % 2 else at_once(acts[::-1])[::-1]
        assert cancelled.status == 200
        assert moved.verdict in (MOVED, (409, "invalid_transition"))
        assert ledger.visits(live_api, [visit]) == {visit: "cancelled"}
        assert crowd[-1].book(to).verdict == WON, "a cancelled visit holds no time"


def test_a_reader_sees_one_place_at_every_moment(live_api: LiveApi, crowd: list[Caller], starts: Starts) -> None:
    caller, over, seen = crowd[0], Event(), Counter[int]()
    visit = booked(caller, starts)
    ways = [starts.next("massage").starts_at for _ in range(6)] * 4

    def look() -> None:
        query = f"SELECT count(*) FROM appointments_appointment WHERE id = %s AND status IN {ledger.BLOCKING}"
        with psycopg.connect(live_api.owner_database_url, autocommit=True) as database:
            while not over.is_set():
                [(count,)] = database.execute(query, [visit]).fetchall()
                shown = caller.twin().call("GET", "appointments?when=upcoming")
                places_shown = [one for one in shown.data["results"] if one["id"] == visit]
                seen.update([count, len(places_shown)])

    def go() -> None:
        try:
            assert all(move(caller, visit, to).verdict == MOVED for to in ways)
        finally:
            over.set()

    meanwhile(look, go)
    assert set(seen) == {1}


def test_without_locks_and_constraints_two_movers_share_one_time(make_live_api: MakeLiveApi) -> None:
    """The control: what the guards are good for, and that the race can tell."""
    api = make_live_api(env=UNLOCKED)
    drops = ", ".join(f"DROP CONSTRAINT appointment_{one}_is_free" for one in ("practitioner", "room", "patient"))
    ledger.write(api, f"ALTER TABLE appointments_appointment {drops}")
    ledger.write(api, "UPDATE clinics_clinic SET reschedule_limit = 100, reschedule_within_days = 700")
    people, starts = newcomers(api, 16), Starts(api)
    visits = [booked(caller, starts) for caller in people]
    for _ in range(20):
        to = starts.next("massage").starts_at
        answers = at_once([partial(move, *one, to) for one in zip(people, visits, strict=True)])
        if sum(answer.status == 200 for answer in answers) > 1:
            break
    assert ledger.double_bookings(api) > 0

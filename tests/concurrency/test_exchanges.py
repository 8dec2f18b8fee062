"""Visits that change places or hands, while others book, move, cancel and do the same."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers, sign_in
from tests.concurrency.starts import Start, Starts
from tests.live import LiveApi, MakeLiveApi

pytestmark = pytest.mark.usefixtures("nothing_breaks")

BOOKERS, VISIT = 7, "physio-follow-up"
WON, DONE, LOST = (201, None), (200, None), (409, "slot_taken")
PASSING = (503, "unavailable")
UNLOCKED = {"DJANGO_SETTINGS_MODULE": "tests.concurrency.without_locks"}
Race = Callable[[LiveApi, Caller, list[Caller], Starts], list[Answer]]


@pytest.fixture(scope="module")
def live_api(make_live_api: MakeLiveApi) -> LiveApi:
    """A server of their own, where nobody counts how often a visit moves."""
    api = make_live_api()
    ledger.write(api, "UPDATE clinics_clinic SET reschedule_limit = 100, reschedule_within_days = 700")
    return api


@pytest.fixture(scope="module")
def starts(live_api: LiveApi) -> Starts:
    """The free starts there."""
    return Starts(live_api)


@pytest.fixture(scope="module")
def crowd(live_api: LiveApi) -> list[Caller]:
    return newcomers(live_api, BOOKERS + 2)


@pytest.fixture(scope="module")
def desk(live_api: LiveApi) -> Caller:
    return sign_in(live_api, "owner@demo.test")


def booked(caller: Caller, wanted: dict[str, Any]) -> str:
    answer = caller.book(wanted)
    assert answer.verdict == WON, answer.data
    return str(answer.data["id"])


def swap(staff: Caller, one: str, other: str) -> Answer:
    return staff.twin().post(f"appointments/{one}/swap", {"with_appointment_id": other, "reason": "They asked"})


def give(staff: Caller, visit: str, to: str | None) -> Answer:
    return staff.twin().post(f"appointments/{visit}/reassign", {"practitioner_id": to, "reason": "Ill"})


def seen(api: LiveApi, visits: list[str]) -> tuple[set[Any], int]:
    """Where they are, and how often they moved."""
    query = "SELECT starts_at, practitioner_id, revision FROM appointments_appointment WHERE id = ANY(%s::uuid[])"
    rows = ledger.rows(api, query, visits)
    return {row[:2] for row in rows}, sum(row[2] for row in rows)


def test_swaps_in_a_ring_only_pass_places_on(
    live_api: LiveApi, crowd: list[Caller], desk: Caller, starts: Starts
) -> None:
    """Each visit is in two pairs at once."""
    visits = [booked(caller, starts.next().wanted) for caller in crowd[:3]]
    before, _ = seen(live_api, visits)
    done = 0
    for _ in range(5):
        pairs = list(zip(visits, [*visits[1:], visits[0]], strict=True))
        answers = at_once([partial(swap, desk, *pair) for pair in pairs])
        assert {answer.verdict for answer in answers} <= {DONE, PASSING}
        done += sum(answer.verdict == DONE for answer in answers)
    assert done > 0
    assert seen(live_api, visits) == (before, 2 * done)


def test_a_visit_that_is_swapped_and_cancelled_leaves_its_place_free(
    live_api: LiveApi, crowd: list[Caller], desk: Caller, starts: Starts
) -> None:
    for turn in range(8):
        wishes = [starts.next().wanted for _ in range(2)]
        visits = [booked(caller, wanted) for caller, wanted in zip(crowd, wishes, strict=False)]
        cancel = partial(crowd[0].twin().post, f"appointments/{visits[0]}/cancel", {"reason_code": "other"})
        acts = [partial(swap, desk, *visits), cancel]
        swapped, cancelled = at_once(acts) if turn % 2 else at_once(acts[::-1])[::-1]
        assert cancelled.status == 200
        assert swapped.verdict in (DONE, (409, "invalid_transition"))
        left = wishes[1 if swapped.status == 200 else 0]
        assert crowd[2].book(left).verdict == WON, "a cancelled visit holds no time"
        assert seen(live_api, visits)[1] in (0, 2)


def test_a_visit_that_is_swapped_and_moved_is_at_one_place(
    live_api: LiveApi, crowd: list[Caller], desk: Caller, starts: Starts
) -> None:
    for _ in range(8):
        visits = [booked(caller, starts.next().wanted) for caller in crowd[:2]]
        to = starts.next().starts_at
        move = partial(crowd[0].twin().post, f"appointments/{visits[0]}/reschedule", {"starts_at": to})
        swapped, moved = at_once([partial(swap, desk, *visits), move])
        assert {swapped.verdict, moved.verdict} <= {DONE, PASSING}
        places, moves = seen(live_api, visits)
        assert len(places) == 2
        assert moves == 2 * (swapped.status == 200) + (moved.status == 200)


def in_a_row(starts: Starts, count: int) -> list[Start]:
    """So many starts that follow each other, free with one practitioner."""
    run: list[Start] = []
    while len(run) < count:
        start = starts.next(VISIT)
        is_next = run and at(start) - at(run[-1]) < timedelta(hours=1)
        run = [*run, start] if is_next and run[0].practitioner_ids[0] in start.practitioner_ids else [start]
    return run


def at(start: Start) -> datetime:
    return datetime.fromisoformat(start.starts_at)


def longer_for_shorter(api: LiveApi, desk: Caller, crowd: list[Caller], starts: Starts) -> list[Answer]:
    """A swap that brings three quarters of an hour where half an hour was, against bookers of what follows."""
    first, _, later, _ = in_a_row(starts, 4)
    practitioner = first.practitioner_ids[0]
    [(longer,)] = ledger.rows(api, "SELECT id FROM clinics_service WHERE code = 'physio-initial'")
    short = booked(crowd[0], first.of(practitioner))
    long = booked(crowd[1], {**later.of(practitioner), "service_id": str(longer)})
    gap = (at(first) + timedelta(minutes=30)).isoformat()
    wanted = {**first.of(practitioner), "starts_at": gap}
    return at_once([partial(swap, desk, short, long), *(partial(one.book, wanted) for one in crowd[2:])])


def two_for_one(api: LiveApi, desk: Caller, crowd: list[Caller], starts: Starts) -> list[Answer]:
    """Visits of two practitioners go to a third, whom others book for the same time."""
    start: Start = starts.next(VISIT, givers=3)
    *givers, wanted = start.practitioner_ids[:3]
    visits = [booked(caller, start.of(giver)) for caller, giver in zip(crowd, givers, strict=False)]
    acts = [partial(give, desk, visit, wanted) for visit in visits]
    return at_once([*acts, *(partial(one.book, start.of(wanted)) for one in crowd[2:])])


@pytest.mark.parametrize("race", [longer_for_shorter, two_for_one])
def test_one_gets_the_time(live_api: LiveApi, crowd: list[Caller], desk: Caller, starts: Starts, race: Race) -> None:
    for _ in range(5):
        verdicts = Counter(answer.verdict for answer in race(live_api, desk, crowd, starts))
        assert verdicts[DONE] + verdicts[WON] == 1, verdicts
        assert verdicts[LOST] == verdicts.total() - 1, verdicts


def test_two_desks_give_each_visit_away_once(
    live_api: LiveApi, crowd: list[Caller], desk: Caller, starts: Starts
) -> None:
    """They send the same list; to anyone who is free, so that the second would find somebody else again."""
    start = starts.next(VISIT, givers=3)
    giver = start.practitioner_ids[0]
    visits = [booked(crowd[0], start.of(giver))]
    until = at(start) + timedelta(minutes=15)
    day = {"from_at": start.starts_at, "until_at": until.isoformat()}
    path, body = f"practitioners/{giver}/reassign", {**day, "reason": "Ill", "appointment_ids": visits}
    answers = at_once([partial(desk.twin().post, path, body) for _ in range(4)])
    assert Counter(answer.verdict for answer in answers) == {DONE: 1, (400, "validation_failed"): 3}
    assert seen(live_api, visits)[1] == 1


def test_without_locks_and_constraints_two_get_it(make_live_api: MakeLiveApi) -> None:
    """The control: what the guards are good for, and that the races can tell."""
    api = make_live_api(env=UNLOCKED)
    drops = ", ".join(f"DROP CONSTRAINT appointment_{one}_is_free" for one in ("practitioner", "room", "patient"))
    ledger.write(api, f"ALTER TABLE appointments_appointment {drops}")
    people, starts, staff = newcomers(api, BOOKERS + 2), Starts(api), sign_in(api, "owner@demo.test")
    for race in (longer_for_shorter, two_for_one):
        before = ledger.double_bookings(api)
        for _ in range(15):
            answers = race(api, staff, people, starts)
            if answers[0].status == 200 and sum(answer.status < 300 for answer in answers) > 1:
                break
        assert ledger.double_bookings(api) > before, race

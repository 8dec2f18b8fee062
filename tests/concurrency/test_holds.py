"""Holds end by the database's clock, inside the door: no sweeper runs here."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import psycopg
import pytest

from backend.appointments.actions.door import lock_key
from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, meanwhile, newcomers
from tests.concurrency.starts import Starts, Wanted
from tests.live import LiveApi

WON, EXPIRED, BOOKED_ALREADY = (201, None), (409, "hold_expired"), (409, "hold_booked")
MISSING = (404, "not_found")


# The same hold, for nobody yet and long after, as another request of its caller would write it.
_LATER = """
    INSERT INTO appointments_appointment SELECT (jsonb_populate_record(a, jsonb_build_object(
        'id', gen_random_uuid(), 'patient_id', NULL, 'occupied_from', a.occupied_from + interval '400 days',
        'starts_at', a.starts_at + interval '400 days', 'ends_at', a.ends_at + interval '400 days',
        'occupied_until', a.occupied_until + interval '400 days'))).*
    FROM appointments_appointment a WHERE a.id = %s
"""


@pytest.fixture(scope="module")
def people(live_api: LiveApi) -> list[Caller]:
    return newcomers(live_api, 4)


@pytest.fixture(autouse=True)
def whole_rows(live_api: LiveApi) -> Iterator[None]:
    began = ledger.now(live_api)
    yield
    assert ledger.half_rows(live_api, began) == []
    assert ledger.double_bookings(live_api) == 0


def hold(caller: Caller, wanted: Wanted) -> str:
    answer = caller.post("holds", wanted)
    assert answer.status == 201, answer.data
    return str(answer.data["id"])


def run_out(api: LiveApi, hold_id: str) -> None:
    past = "UPDATE appointments_appointment SET hold_expires_at = now() - interval '1 second' WHERE id = %s"
    ledger.write(api, past, hold_id)


def steps(api: LiveApi, hold_id: str) -> list[tuple[str, str]]:
    query = "SELECT to_status, reason FROM appointments_transition WHERE appointment_id = %s ORDER BY at"
    return [(status, reason) for status, reason in ledger.rows(api, query, hold_id)]


def test_a_hold_keeps_others_out_until_it_runs_out(live_api: LiveApi, people: list[Caller], starts: Starts) -> None:
    wanted = starts.next().wanted
    held = hold(people[0], wanted)
    assert people[1].book(wanted).verdict == (409, "slot_taken")
    run_out(live_api, held)
    assert people[1].book(wanted).verdict == WON
    assert steps(live_api, held) == [("held", ""), ("expired", "ran out")]
    assert people[0].book({"hold_id": held}).verdict == EXPIRED


def test_a_hold_ends_by_the_clock_of_the_domain(live_api: LiveApi, people: list[Caller], starts: Starts) -> None:
    wanted = starts.next().wanted
    held = hold(people[0], wanted)
    ledger.write(live_api, "INSERT INTO common_clockoffset VALUES (true, '301 seconds')")
    try:
        assert people[0].book({"hold_id": held}).verdict == EXPIRED
        assert people[1].book(wanted).verdict == WON
    finally:
        ledger.write(live_api, "DELETE FROM common_clockoffset")


def test_a_hold_that_ran_out_is_not_booked_though_nobody_took_it(
    live_api: LiveApi, people: list[Caller], starts: Starts
) -> None:
    wanted = starts.next().wanted
    held = hold(people[0], wanted)
    run_out(live_api, held)
    assert people[0].book({"hold_id": held}).verdict == EXPIRED
    again = hold(people[1], wanted)
    assert again != held
    assert people[1].book({"hold_id": again}).verdict == WON


def test_everyone_at_once_takes_over_a_hold_that_ran_out(
    live_api: LiveApi, people: list[Caller], starts: Starts
) -> None:
    for _ in range(5):
        wanted = starts.next().wanted
        held = hold(people[0], wanted)
        run_out(live_api, held)
        own = partial(people[0].book, {"hold_id": held})
        answers = at_once([own, *(partial(person.twin().book, wanted) for person in people[1:] for _ in range(4))])
        assert answers[0].verdict == EXPIRED
        assert sum(answer.status == 201 for answer in answers) == 1
        assert {answer.status for answer in answers} == {201, 409}
        assert steps(live_api, held) == [("held", ""), ("expired", "ran out")]


def test_one_hold_is_booked_once(live_api: LiveApi, people: list[Caller], starts: Starts) -> None:
    for _ in range(10):
        held = hold(people[0], starts.next().wanted)
        answers = at_once([partial(people[0].twin().book, {"hold_id": held}) for _ in range(8)])
        assert Counter(answer.verdict for answer in answers) == {WON: 1, BOOKED_ALREADY: 7}
        assert {answer.data["appointment_id"] for answer in answers if answer.status == 409} == {held}
        assert steps(live_api, held) == [("held", ""), ("booked", "")]
        assert people[1].book({"hold_id": held}).verdict == MISSING


def test_letting_go_while_booking_ends_one_way(live_api: LiveApi, people: list[Caller], starts: Starts) -> None:
    for turn in range(10):
        wanted = starts.next().wanted
        held = hold(people[0], wanted)
        acts = [
            partial(people[0].book, {"hold_id": held}),
            partial(people[0].twin().call, "DELETE", f"holds/{held}"),
        ]
        booked, gone = _in_either_order(acts, turn)
        [state] = ledger.visits(live_api, [held]).values()
        if state == "booked":
            assert (booked.verdict, gone.verdict) == (WON, MISSING)
        else:
            assert (booked.verdict, gone.status, state) == (EXPIRED, 204, "expired")
            assert people[1].book(wanted).verdict == WON


def _in_either_order(acts: list[partial[Answer]], turn: int) -> list[Answer]:
    # Who starts first mostly wins, so that both ends are seen.
    return at_once(acts) if turn % 2 else at_once(acts[::-1])[::-1]


def test_two_doors_may_release_one_hold(live_api: LiveApi, people: list[Caller], starts: Starts) -> None:
    """Each comes by another resource of the hold, so no lock keeps them apart; neither may fail for it."""
    wanted = starts.next().wanted
    held = hold(people[0], wanted)
    run_out(live_api, held)
    release = "UPDATE appointments_appointment SET status = 'expired', version = version + 1 WHERE id = %s"
    history = """INSERT INTO appointments_transition (id, appointment_id, from_status, to_status, reason)
                 VALUES (gen_random_uuid(), %s, 'held', 'expired', 'ran out')"""
    event = """INSERT INTO events_domainevent (id, type, subject_id, payload)
               VALUES (gen_random_uuid(), 'hold.released.v1', %s, '{}')"""
    with psycopg.connect(live_api.owner_database_url) as other_door:
        for statement in (release, history, event):
            other_door.execute(statement, [held])

        def commit_once_waited_for() -> None:
            ledger.wait_for_waiters(live_api, 1)
            other_door.commit()

        booked = meanwhile(partial(people[1].book, wanted), commit_once_waited_for)
    assert booked.verdict == WON
    assert len(steps(live_api, held)) == 2


def test_holds_of_one_caller_are_counted_one_after_the_other(live_api: LiveApi, starts: Starts) -> None:
    """Whatever they are for and at whichever clinic: no two requests of a caller see each other uncounted."""
    [caller] = newcomers(live_api, 1)
    first, _ = hold(caller, starts.next().wanted), hold(caller, starts.next().wanted)
    [(user_id,)] = ledger.rows(live_api, "SELECT held_by_id FROM appointments_appointment WHERE id = %s", first)
    with psycopg.connect(live_api.owner_database_url) as other_request:
        other_request.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(user_id)])
        other_request.execute(_LATER, [first])

        def commit_once_waited_for() -> None:
            ledger.wait_for_waiters(live_api, 1)
            other_request.commit()

        third = meanwhile(partial(caller.post, "holds", starts.next().wanted), commit_once_waited_for)
    assert third.verdict == (422, "slot_not_bookable")
    assert [rule["code"] for rule in third.data["rules"]] == ["hold_limit"]
    ledger.write(live_api, "DELETE FROM appointments_appointment WHERE held_by_id = %s AND patient_id IS NULL", user_id)

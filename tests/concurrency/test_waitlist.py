"""Many who wait for one time, and many who answer at once; the worker does as many rounds at a time as it is asked."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import psycopg
import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.queue import (
    OneStartDays,
    let_wait,
    look,
    nothing_waits,
    open_offers,
    run_out,
    sweep,
    twins,
    wait_for_offer,
    wait_with,
)
from tests.live import LiveApi, MakeLiveApi, wait_for

pytestmark = pytest.mark.usefixtures("nothing_breaks")

BUSY = {"WORKER_JOBS": "4", "DB_POOL_SIZE": "6"}
UNGUARDED = {**BUSY, "DJANGO_SETTINGS_MODULE": "tests.concurrency.without_queue"}
WAITING = 50
TRIES = 5
_WAITERS = """SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
              WHERE NOT granted AND datname = current_database()"""
EXPIRED, CLOSED, TAKEN = (409, "hold_expired"), (409, "invalid_transition"), (409, "slot_taken")
BOOKED = (201, None)


@pytest.fixture(scope="module")
def live_api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api(env=BUSY)


@pytest.fixture(scope="module")
def days(live_api: LiveApi) -> OneStartDays:
    return OneStartDays(live_api)


@pytest.fixture(scope="module", autouse=True)
def _worker(live_api: LiveApi) -> Iterator[None]:
    live_api.have_worker()
    yield
    wait_for(lambda: nothing_waits(live_api))


def offers_of(api: LiveApi, starts_at: str) -> list[tuple[str, str]]:
    """Entry and end of every offer of a start, by time; fails if two stood at once. One that ran out is over with its
    hold, whenever that is written down."""
    rows = ledger.rows(
        api,
        """SELECT entry_id, status, offered_at, closed_at FROM appointments_waitlistoffer
           WHERE starts_at = %s ORDER BY offered_at""",
        starts_at,
    )
    for (_, status, _, closed_at), (_, _, offered_at, _) in pairwise(rows):
        assert status == "expired" or closed_at <= offered_at
    return [(str(entry), status) for entry, status, *_ in rows]


def test_fifty_who_wait_are_asked_one_after_the_other_each_once(live_api: LiveApi, days: OneStartDays) -> None:
    """However many rounds at once: one booking is cancelled, and the time goes from hand to hand."""
    start = days.next()
    [holder] = newcomers(live_api, 1)
    visit = holder.book(start.wanted)
    assert visit.verdict == BOOKED, visit.data
    waiting = let_wait(live_api, start, WAITING)
    wait_for(lambda: nothing_waits(live_api))
    assert open_offers(live_api, start) == []
    assert holder.post(f"appointments/{visit.data['id']}/cancel", {"reason_code": "other"}).status == 200
    for turn, one in enumerate(waiting):
        look(live_api, start, 4)
        offer, hold = wait_for_offer(live_api, start, one)
        if turn % 10 == 9:
            run_out(live_api, hold)
            assert one.caller.post(f"waitlist-offers/{offer}/accept").verdict == EXPIRED
            sweep(live_api)
        else:
            assert one.caller.post(f"waitlist-offers/{offer}/decline").status == 200
    wait_for(lambda: nothing_waits(live_api))
    told = offers_of(live_api, start.starts_at)
    assert [entry for entry, _ in told] == [one.entry_id for one in waiting]
    assert Counter(status for _, status in told) == {"declined": 45, "expired": 5}


def test_everybody_at_once_accepts_one_offer(live_api: LiveApi, days: OneStartDays) -> None:
    """Eight taps are one booking, and every tap gets it shown; the others who wait get nothing."""
    start = days.next()
    first, second = let_wait(live_api, start, 2)
    offer, hold = wait_for_offer(live_api, start, first)
    taps = twins(first.caller, f"waitlist-offers/{offer}/accept", 8)
    others = twins(second.caller, f"waitlist-offers/{offer}/accept", 4)
    answers = at_once([*taps, *others])
    assert {answer.status for answer in answers[:8]} == {200}
    assert {answer.data["id"] for answer in answers[:8]} == {hold}
    assert {answer.status for answer in answers[8:]} == {404}
    assert steps(live_api, hold) == ["held", "booked"]
    assert deeds(live_api, offer) == ["waitlist.offered", "waitlist.offer_accepted"]


def test_yes_and_no_at_once_end_one_way(live_api: LiveApi, days: OneStartDays) -> None:
    seen = set()
    for turn in range(8):
        start = days.next()
        [one] = let_wait(live_api, start, 1)
        offer, hold = wait_for_offer(live_api, start, one)
        yes_ = twins(one.caller, f"waitlist-offers/{offer}/accept", 1)
        acts: list[Callable[[], Answer]] = [*yes_, _no(one.caller, offer, one.entry_id, turn)]
        yes, no = at_once(acts) if turn % 2 else at_once(acts[::-1])[::-1]
        [state] = ledger.visits(live_api, [hold]).values()
        seen.add(state)
        if state == "booked":
            assert (yes.status, no.verdict) in ((200, CLOSED), (200, (204, None)))
        else:
            assert (yes.verdict, no.status in (200, 204), state) == (CLOSED, True, "expired")
    assert seen, "either may win"


def _no(caller: Caller, offer: str, entry: str, turn: int) -> Callable[[], Answer]:
    if turn < 4:
        return partial(caller.twin().post, f"waitlist-offers/{offer}/decline")
    return partial(caller.twin().call, "DELETE", f"waitlist-entries/{entry}")


def test_what_runs_out_is_not_accepted_and_goes_to_one(live_api: LiveApi, days: OneStartDays) -> None:
    """Late taps, the sweeper and people who search, all at once."""
    for _ in range(4):
        start = days.next()
        first, second = let_wait(live_api, start, 2)
        strangers = newcomers(live_api, 3)
        offer, hold = wait_for_offer(live_api, start, first)
        run_out(live_api, hold)
        taps = twins(first.caller, f"waitlist-offers/{offer}/accept", 4)
        books = [partial(one.book, start.wanted) for one in strangers]
        acts: list[Callable[[], Answer]] = [*taps, partial(_sweep, live_api), *books]
        answers = at_once(acts)
        assert {answer.verdict for answer in answers[:4]} == {EXPIRED}
        won = sum(answer.verdict == BOOKED for answer in answers[5:])
        assert {answer.verdict for answer in answers[5:]} <= {BOOKED, TAKEN}
        wait_for(lambda: nothing_waits(live_api))
        offered = [entry for _, entry, _, _ in open_offers(live_api, start)]
        assert (won, offered) in ((1, []), (0, [second.entry_id]))


def _sweep(api: LiveApi) -> Answer:
    sweep(api)
    return Answer(0, {}, None, 0)


def test_giving_back_while_the_later_visit_moves_loses_neither(live_api: LiveApi, days: OneStartDays) -> None:
    for turn in range(4):
        start, later = days.next(), days.next()
        [caller] = newcomers(live_api, 1)
        visit = caller.book(later.wanted)
        assert visit.verdict == BOOKED, visit.data
        one = wait_with(start, caller, gives_back_appointment_id=visit.data["id"])
        offer, hold = wait_for_offer(live_api, start, one)
        cancel = partial(caller.twin().post, f"appointments/{visit.data['id']}/cancel", {"reason_code": "other"})
        acts: list[Callable[[], Answer]] = [*twins(caller, f"waitlist-offers/{offer}/accept", 2), cancel]
        *yes, _ = at_once(acts) if turn % 2 else at_once(acts[::-1])[::-1]
        assert [answer.status for answer in yes] == [200, 200]
        assert ledger.visits(live_api, [hold, visit.data["id"]]) == {hold: "booked", visit.data["id"]: "cancelled"}
        assert steps(live_api, visit.data["id"]) == ["booked", "cancelled"]


def steps(api: LiveApi, row: str) -> list[str]:
    query = "SELECT to_status FROM appointments_transition WHERE appointment_id = %s ORDER BY at, id"
    return [status for (status,) in ledger.rows(api, query, row)]


def deeds(api: LiveApi, offer: str) -> list[str]:
    query = "SELECT action FROM audit_auditentry WHERE subject_id = %s ORDER BY at, id"
    return [action for (action,) in ledger.rows(api, query, offer)]


def test_one_entry_is_offered_one_time_however_many_are_free(live_api: LiveApi, days: OneStartDays) -> None:
    assert most_offers_at_once(live_api, days) == 1


def test_without_its_guards_one_entry_is_offered_several(make_live_api: MakeLiveApi) -> None:
    """The same with the guarded step and the constraint taken away: the test above can tell, at the latest when it is
    tried a few times."""
    api = make_live_api(env=UNGUARDED)
    ledger.write(api, "DROP INDEX waitlist_entry_has_one_open_offer")
    ledger.write(api, "DROP TRIGGER waitlist_step_is_legal ON appointments_waitlistentry")
    days = OneStartDays(api)
    assert any(most_offers_at_once(api, days) > 1 for _ in range(TRIES))


def most_offers_at_once(api: LiveApi, days: OneStartDays) -> int:
    """Many rounds at once for somebody whom a start on either of two dates would suit, which have read that nothing is
    offered yet; how many offers were open together. The dates take turns, so that both are among the rounds that the
    worker begins with: those of one date alone have but one start to offer."""
    start, other = days.next(), days.next()
    dates = [start.starts_at[:10], other.starts_at[:10]]
    [caller] = newcomers(api, 1)
    with psycopg.connect(api.owner_database_url) as database:
        database.execute("LOCK TABLE appointments_waitlistoffer IN EXCLUSIVE MODE")
        one = wait_with(start, caller, windows=[{"first_date": day, "last_date": day} for day in dates])
        for day in dates * 4:
            look(api, start, 1, day)
        api.have_worker()
        wait_for(lambda: ledger.rows(api, _WAITERS)[0][0] >= 2)
    wait_for(lambda: nothing_waits(api))
    most = "SELECT count(*) FROM appointments_waitlistoffer WHERE status = 'open' AND entry_id = %s"
    return int(ledger.rows(api, most, one.entry_id)[0][0])

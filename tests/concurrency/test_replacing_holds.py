"""Holding another time instead, while others do the same: nobody loses the old start without the new one."""

from functools import partial

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, newcomers
from tests.concurrency.starts import Starts, Wanted
from tests.live import LiveApi

pytestmark = pytest.mark.usefixtures("nothing_breaks")
# Its days hold many more starts than those of a massage, which the long races use up.
SERVICE = "physio-follow-up"


@pytest.fixture
def people(live_api: LiveApi) -> list[Caller]:
    return newcomers(live_api, 4)


def hold(caller: Caller, wanted: Wanted) -> str:
    answer = caller.post("holds", wanted)
    assert answer.status == 201, answer.data
    return str(answer.data["id"])


def replace(caller: Caller, held: str, wanted: Wanted) -> Answer:
    return caller.twin().post("holds", {**wanted, "replaces": held})


def kept(caller: Caller) -> list[str]:
    return [one["id"] for one in caller.call("GET", "holds").data["results"]]


def test_of_all_who_want_one_start_instead_one_gets_it_and_the_others_keep_theirs(
    people: list[Caller], starts: Starts
) -> None:
    for _ in range(5):
        held = [hold(person, starts.next(SERVICE).wanted) for person in people]
        wanted = starts.next(SERVICE).wanted
        answers = at_once([partial(replace, *one, wanted) for one in zip(people, held, strict=True)])
        assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
        for person, old, answer in zip(people, held, answers, strict=True):
            assert kept(person) == [answer.data["id"] if answer.status == 201 else old]
            person.call("DELETE", f"holds/{kept(person)[0]}")


def test_two_who_want_each_others_start_never_wait_in_a_ring(people: list[Caller], starts: Starts) -> None:
    for _ in range(10):
        wanted = [starts.next(SERVICE).wanted for _ in range(2)]
        held = [hold(person, own) for person, own in zip(people, wanted, strict=False)]
        acts = [
            partial(replace, person, old, other) for person, old, other in zip(people, held, wanted[::-1], strict=False)
        ]
        answers = at_once(acts)
        assert {answer.status for answer in answers} <= {201, 409}
        for person, old, answer in zip(people, held, answers, strict=False):
            assert kept(person) == [answer.data["id"] if answer.status == 201 else old]
            person.call("DELETE", f"holds/{kept(person)[0]}")


def test_twins_replace_once(people: list[Caller], starts: Starts) -> None:
    for _ in range(5):
        old, wanted = hold(people[0], starts.next(SERVICE).wanted), starts.next(SERVICE).wanted
        answers = at_once([partial(replace, people[0], old, wanted) for _ in range(6)])
        assert {answer.status for answer in answers} == {201}
        assert kept(people[0]) == [answers[0].data["id"]]
        assert len({answer.data["id"] for answer in answers}) == 1
        people[0].call("DELETE", f"holds/{answers[0].data['id']}")


def test_what_is_replaced_while_it_is_booked_ends_one_way(
    people: list[Caller], starts: Starts, live_api: LiveApi
) -> None:
    for turn in range(10):
        old, wanted = hold(people[0], starts.next(SERVICE).wanted), starts.next(SERVICE).wanted
        acts = [partial(people[0].book, {"hold_id": old}), partial(replace, people[0], old, wanted)]
        booked, replaced = at_once(acts) if turn % 2 else at_once(acts[::-1])[::-1]
        [state] = ledger.visits(live_api, [old]).values()
        if state == "booked":
            assert (booked.status, replaced.status) == (201, 404)
        else:
            assert (booked.verdict, replaced.status, state) == ((409, "hold_expired"), 201, "expired")
            people[0].call("DELETE", f"holds/{replaced.data['id']}")

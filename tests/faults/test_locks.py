"""Somebody sits in the door: callers wait a little, try again, and are told to come back rather than left to hang."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import psycopg
import pytest

from backend.appointments.actions.door import lock_key
from tests.concurrency import ledger
from tests.concurrency.crowd import Caller, at_once, meanwhile, newcomers
from tests.concurrency.starts import Start, Starts
from tests.live import LiveApi

BUSY = (503, "unavailable")


@pytest.fixture(scope="module")
def people(api: LiveApi) -> list[Caller]:
    return newcomers(api, 5)


@contextmanager
def locked(api: LiveApi, resource_id: str) -> Iterator[psycopg.Connection]:
    """Sit in the door of a practitioner, room or patient until the block or the transaction ends."""
    with psycopg.connect(api.owner_database_url) as database:
        database.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(UUID(resource_id))])
        yield database


def made(caller: Caller, path: str, start: Start) -> str:
    answer = caller.book(start.wanted) if path == "appointments" else caller.post(path, start.wanted)
    assert answer.status == 201, answer.data
    return str(answer.data["id"])


def test_whoever_waits_too_long_is_told_to_come_back(api: LiveApi, people: list[Caller], starts: Starts) -> None:
    """Every way through the door, while somebody sits in it: answered all the same, and nothing is written."""
    booker, holder, canceller, releaser, converter = people
    start, other = starts.next(), starts.next()
    visit = made(canceller, "appointments", starts.next())
    released, converted = made(releaser, "holds", starts.next()), made(converter, "holds", starts.next())
    state = ledger.visits(api, [visit, released, converted])
    began = ledger.now(api)
    acts = [
        partial(booker.book, start.wanted, key="patient"),
        partial(holder.post, "holds", other.wanted),
        partial(canceller.post, f"appointments/{visit}/cancel", {"reason_code": "ill"}),
        partial(releaser.call, "DELETE", f"holds/{released}"),
        partial(converter.book, {"hold_id": converted}),
    ]
    with locked(api, start.practitioner_ids[0]):
        answers = at_once(acts)
    assert [answer.verdict for answer in answers] == [BUSY] * 5
    assert [answer.headers["retry-after"] for answer in answers] == ["1"] * 5
    assert ledger.born_since(api, began) == {}
    assert ledger.visits(api, [visit, released, converted]) == state
    assert ledger.half_rows(api, began) == []
    assert booker.book(start.wanted, key="patient").status == 201  # the key is free again


@pytest.mark.parametrize("resource", ["practitioner", "room"])
def test_whoever_waits_a_little_gets_through(api: LiveApi, people: list[Caller], starts: Starts, resource: str) -> None:
    """Longer than one wait, shorter than patience: the second try succeeds."""
    start = starts.next()
    resource_id = start.practitioner_ids[0] if resource == "practitioner" else massage_room(api, start.clinic_id)
    with locked(api, resource_id) as database:

        def let_in_at_the_second_try() -> None:
            ledger.wait_for_waiters(api, 2)
            database.rollback()

        booked = meanwhile(partial(people[0].book, start.wanted), let_in_at_the_second_try)
    assert booked.status == 201


def massage_room(api: LiveApi, clinic_id: str) -> str:
    [(room_id,)] = ledger.rows(api, "SELECT id FROM clinics_room WHERE kind = 'massage' AND clinic_id = %s", clinic_id)
    return str(room_id)

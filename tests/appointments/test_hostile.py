"""Whatever is sent to whichever operation: a documented refusal, never a 500, and nothing is written."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from tests.api_client import ApiClient
from tests.appointments.hostile import Attempt, Hostile
from tests.cast import Cast
from tests.policy import table
from tests.policy.calls import CALLS, Operation, Sent, operations
from tests.policy.table import ALLOW, Cell
from tests.policy.traces import fingerprint, undone
from tests.policy.world import World, build

POLICY = table.read()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
# A handful of operations share one world: making it takes longer than asking one of them.
HANDFULS = [list(CALLS)[first::10] for first in range(10)]


@pytest.fixture
def world(cast: Cast, settings: Settings) -> World:
    settings.BUDGETS = {name: budget._replace(uses=10**6) for name, budget in settings.BUDGETS.items()}
    return build(cast)


@contextmanager
def admitted(world: World, name: str) -> Iterator[tuple[Operation, ApiClient, Sent]]:
    """The operation, and a call of it that would be let in: by somebody who may, on a target that they may."""
    cell: Cell = next(cell for cell in POLICY.cells(name) if cell.verdict == ALLOW)
    with undone():
        CALLS[name].prepare(world)
        sent = CALLS[name].aim(world, cell.actor, cell.target)
        yield operations()[name], world.clients[cell.actor], sent


def send(operation: Operation, client: ApiClient, sent: Sent, attempt: Attempt) -> Any:
    return client.call(
        operation.method,
        operation.path.format(**sent.path),
        sent.raw if attempt.raw is None else attempt.raw,
        query={**sent.query, **attempt.query},
        key=sent.key,
        if_match=sent.if_match,
        headers={**sent.headers, **attempt.headers},
    )


@pytest.mark.parametrize("names", HANDFULS, ids=lambda names: names[0])
def test_every_single_fault_is_refused_and_leaves_no_trace(world: World, names: list[str]) -> None:
    wrong = [f"{name}: {fault}" for name in names for fault in let_through(world, name)]
    assert not wrong, "\n".join(wrong)


def let_through(world: World, name: str) -> Iterator[str]:
    """The attempts on one operation that got another answer than they should, or left a trace."""
    with admitted(world, name) as (operation, client, sent):
        before = fingerprint()
        attempts = list(Hostile(operation, sent).attempts())
        assert len(attempts) >= 4
        for attempt in attempts:
            answer = send(operation, client, sent, attempt)
            told = answer.json().get("code")
            if told != attempt.code:
                yield f"{attempt.name}: {answer.status_code} {told} instead of {attempt.code}"
        if fingerprint() != before:
            yield "something was written"


def test_an_unknown_name_is_pointed_at(world: World) -> None:
    for name in CALLS:
        with admitted(world, name) as (operation, client, sent):
            for attempt in Hostile(operation, sent).attempts():
                if attempt.name.startswith("an unknown"):
                    answer = send(operation, client, sent, attempt).json()
                    assert answer["code"] == "unknown_field", name
                    assert [one["pointer"] for one in answer["errors"]] in (["/surprise"], ["?surprise"]), name


def test_other_methods_are_refused_with_those_that_there_are(world: World) -> None:
    by_path: dict[str, set[str]] = {}
    for one in operations().values():
        by_path.setdefault(one.path, set()).add(one.method)
    for name in CALLS:
        with admitted(world, name) as (operation, client, sent):
            path, known = operation.path.format(**sent.path), by_path[operation.path]
            allowed = {*known, "OPTIONS", *(["HEAD"] if "GET" in known else [])}
            before = fingerprint()
            for method in {*METHODS, *(["HEAD"] if "GET" not in known else [])} - known:
                answer = client.call(method, path)
                assert answer.status_code == 405, f"{method} {path}"
                assert set(answer["Allow"].split(", ")) == allowed
            options = client.call("OPTIONS", path)
            assert (options.status_code, options.content, set(options["Allow"].split(", "))) == (204, b"", allowed)
            assert fingerprint() == before


def test_head_tells_what_get_would(world: World) -> None:
    for name in CALLS:
        with admitted(world, name) as (operation, client, sent):
            if operation.method == "GET":
                path = operation.path.format(**sent.path)
                got, head = (client.call(method, path, query=sent.query) for method in ("GET", "HEAD"))
                assert (head.status_code, head.content) == (200, b""), name
                # To read the audit log is an entry of it, so that the second answer is longer.
                assert name == "listAuditEvents" or head["Content-Length"] == str(len(got.content)), name
                assert head["Content-Type"] == got["Content-Type"]


def test_ids_may_be_written_in_capitals(world: World) -> None:
    """Swift does."""
    for name in CALLS:
        with admitted(world, name) as (operation, client, sent):
            loud = replace(
                sent,
                path={key: _Loud(int=value.int) for key, value in sent.path.items()},
                body=sent.body and {key: _capitals(value) for key, value in sent.body.items()},
                query={key: _capitals(value) for key, value in sent.query.items()},
            )
            assert operation.send(client, loud).status_code == operation.success, name


class _Loud(uuid.UUID):
    def __str__(self) -> str:
        return super().__str__().upper()


def _capitals(value: Any) -> Any:
    try:
        return str(uuid.UUID(value)).upper()
    except (ValueError, AttributeError, TypeError):
        return value


def test_what_is_no_id_is_nowhere(world: World) -> None:
    odd = ("x", "0", "%00", "..", uuid.uuid4().hex, f"{uuid.uuid4()}0", "{" + str(uuid.uuid4()) + "}", "x" * 5000)
    for name in CALLS:
        with admitted(world, name) as (operation, client, sent):
            for text in odd if sent.path else ():
                path = operation.path.format(**dict.fromkeys(sent.path, text))
                answer = client.call(operation.method, path, sent.body, key=sent.key)
                assert answer.status_code in (404, 405), f"{operation.method} {path}"


@pytest.mark.parametrize("start", ["1900-01-01T00:00:00Z", "2200-12-31T23:45:00-12:00", "2200-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("name", ["createHold", "createAppointment"])
def test_starts_at_the_ends_of_time_are_refused_by_the_rules(world: World, name: str, start: str) -> None:
    with admitted(world, name) as (operation, client, sent):
        assert sent.body
        sent.body["starts_at"] = start
        before = fingerprint()
        answer = operation.send(client, sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "slot_not_bookable")
        assert fingerprint() == before


@pytest.mark.parametrize("name", ["listSlots", "listAppointments"])
def test_dates_at_the_ends_of_time_are_answered(world: World, name: str) -> None:
    with admitted(world, name) as (operation, client, sent):
        spans = [("1900-01-01", "1900-01-01"), ("2200-12-31", "2200-12-31"), ("2200-12-31", "1900-01-01")]
        for first, last in spans:
            for dates in ({"from_date": first}, {"to_date": last}, {"from_date": first, "to_date": last}):
                answer = client.get(operation.path, {**sent.query, **dates})
                assert answer.status_code in (200, 400), dates
                assert answer.status_code == 400 or not answer.json()["results"] or name == "listAppointments"

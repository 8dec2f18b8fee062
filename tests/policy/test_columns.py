"""Each operation writes to the columns of its row in columns.yaml, and to no other.

`RECORD_COLUMNS=1 pytest tests/policy/test_columns.py -n 0` writes the file anew, for somebody to review.
"""

import itertools
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection

from tests.policy.calls import CALLS, Operation, Sent, operations
from tests.policy.filling import values
from tests.policy.rows import Written, written
from tests.policy.shapes import Place, at, members
from tests.policy.table import ALLOW, KEY, Policy
from tests.policy.traces import undone
from tests.policy.world import World

FILE = Path(__file__).with_name("columns.yaml")
TOLD: dict[str, Any] = yaml.safe_load(FILE.read_text())
"""What the reviewed file says."""
WRITES = [name for name, operation in operations().items() if operation.method != "GET"]
TRIES = 6


@pytest.fixture(autouse=True)
def empty_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the sandbox starts over with is looked at in tests/config/sandbox."""
    monkeypatch.setattr("backend.config.sandbox.reset.seed", lambda: None)


def test_every_operation_that_writes_has_its_row_and_every_row_names_what_there_is(fixed_world: World) -> None:
    assert set(TOLD["operations"]) == set(WRITES), "columns.yaml says what each may write"
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        known = set(cursor.fetchall())
    for tables in (TOLD["logs"], *TOLD["operations"].values()):
        for table, columns in tables.items():
            assert {(table.lstrip("+-"), column) for column in columns} <= known
    places = {name: {str(place) for place in members(operations()[name])} for name in WRITES}
    assert all(set(unsent) <= places[name] for name, unsent in TOLD["unsent"].items())


@pytest.mark.parametrize("name", WRITES)
def test_only_the_columns_of_its_row_are_written(fixed_world: World, policy: Policy, name: str) -> None:
    found, unsent = tries(fixed_world, policy, operations()[name])
    if os.environ.get("RECORD_COLUMNS"):
        _record(name, found, unsent)
        return
    assert not excess(found, TOLD["operations"][name])
    assert unsent <= set(TOLD["unsent"].get(name, ())), "filling.py knows no value for it, so nobody saw what it writes"


def test_a_column_too_many_is_found(fixed_world: World, policy: Policy) -> None:
    found, _ = tries(fixed_world, policy, operations()["updateSession"])
    assert excess(found, {"accounts_session": ["updated_at"]}) == {"accounts_session": {"device_name"}}
    assert "accounts_session" in excess(found, {})


def excess(found: Written, row: dict[str, list[str]]) -> Written:
    """What is written to columns that neither the row nor the logs name."""
    allowed = {**TOLD["logs"], **row}
    more = {table: columns - set(allowed.get(table, ())) for table, columns in found.items()}
    return {table: columns for table, columns in more.items() if columns or table not in allowed}


def tries(world: World, policy: Policy, operation: Operation) -> tuple[Written, set[str]]:
    """What is written by the good call, and with each other documented member beside; and the members that no call
    with took."""
    found: Written = defaultdict(set)
    unsent: set[str] = set()
    with undone():
        CALLS[operation.id].prepare(world)
        allowed = [cell for cell in policy.cells(operation.id) if cell.verdict == ALLOW and cell.actor != KEY]
        for number, cell in enumerate({cell.actor: cell for cell in (allowed[0], allowed[-1])}.values()):
            sent = CALLS[operation.id].aim(world, cell.actor, cell.target)
            assert _write(world, operation, cell.actor, sent, found), "the good call is refused"
            left: set[str] = set()
            for place in members(operation):
                if place.value(sent) is not None or at(sent.body or {}, place.path[:-1]) is None:
                    continue
                others = _with(world, cell.actor, sent, place)
                if not any(_write(world, operation, cell.actor, one, found) for one in others):
                    left.add(str(place))
            unsent = unsent & left if number else left
    return found, unsent


def _with(world: World, actor: str, sent: Sent, place: Place) -> Iterator[Sent]:
    """The call with something in this place."""
    for value in itertools.islice(values(world, actor, place.name, place.schema), TRIES):
        yield place.put(sent, value[0] if place.is_list else value)


def _write(world: World, operation: Operation, actor: str, sent: Sent, found: Written) -> bool:
    answer, changed = written(lambda: operation.send(world.clients[actor], sent))
    if answer.status_code >= 400:
        return False
    for table, columns in changed.items():
        found[table] |= columns
    return True


def _record(name: str, found: Written, unsent: set[str]) -> None:
    TOLD["operations"][name] = {
        table: sorted(columns)
        for table, columns in sorted(found.items())
        if table not in TOLD["logs"] or not columns <= set(TOLD["logs"][table])
    }
    TOLD["unsent"] = {**TOLD["unsent"], name: sorted(unsent)}
    TOLD["unsent"] = {key: places for key, places in TOLD["unsent"].items() if places}
    head = FILE.read_text().partition("logs:")[0]
    FILE.write_text(head + yaml.safe_dump(TOLD, width=120, sort_keys=False, default_flow_style=None))

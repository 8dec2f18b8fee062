"""Calls the cells of the table and says what was not as the table has it."""

import functools
from collections.abc import Iterable
from typing import Any

from tests.policy.calls import CALLS, Operation
from tests.policy.table import ALLOW, Cell
from tests.policy.traces import fingerprint, undone, writes
from tests.policy.world import World

_OF_EACH_CALL = {"X-Request-Id", "RateLimit"}
_CODES = {
    "visitor": "not_authenticated",
    "expired": "token_expired",
    "revoked": "session_revoked",
    "removed": "session_revoked",
    "integration": "token_invalid",
}


def violations(world: World, operation: Operation, cells: Iterable[Cell]) -> list[str]:
    """The cells of one operation that are not as they should be, each with what happened instead."""
    found: list[str] = []
    with undone():
        CALLS[operation.id].prepare(world)
        before = fingerprint()
        absent = functools.cache(lambda actor, target: bare(_call(world, operation, actor, target)))
        for cell in cells:
            with undone():
                written = writes()
                answer = _call(world, operation, cell.actor, cell.target)
                faults = list(_faults(operation, cell, answer))
                if cell.verdict != ALLOW and writes() != written and (changed := _changed(before)):
                    faults.append(f"wrote to {changed}")
                if cell.verdict == "404" and bare(answer) != absent(cell.actor, _absent(cell.target)):
                    faults.append("differs from the answer about what is absent")
            found += [f"{cell.operation}: {cell.actor} on {cell.target}: {fault}" for fault in faults]
    return found


def _call(world: World, operation: Operation, actor: str, target: str) -> Any:
    return operation.send(world.clients[actor], CALLS[operation.id].aim(world, actor, target))


def _absent(target: str) -> str:
    return "absent_hold" if "hold" in target else "absent"


def _faults(operation: Operation, cell: Cell, answer: Any) -> Iterable[str]:
    expected = operation.success if cell.verdict == ALLOW else int(cell.verdict)
    if answer.status_code != expected:
        yield f"{answer.status_code} instead of {cell.verdict}: {answer.content.decode()[:300]}"
    elif expected == 401 and answer.json()["code"] != _CODES[cell.actor]:
        yield f"code {answer.json()['code']}"


def bare(answer: Any) -> tuple[Any, ...]:
    """The answer, byte for byte, but for the name of the request and the count of requests."""
    name = answer.headers["X-Request-Id"]
    headers = sorted((key, value) for key, value in answer.headers.items() if key not in _OF_EACH_CALL)
    return answer.status_code, answer.content.replace(name.encode(), b""), headers


def _changed(before: dict[str, Any]) -> list[str]:
    after = fingerprint()
    return [table for table in after if after[table] != before[table]]

"""A real cursor with any one character changed, in every list: refused, or the page that it stood for."""

from dataclasses import replace
from typing import Any

import pytest

from tests.policy.calls import CALLS, Operation, Sent, operations
from tests.policy.world import World

LISTS = {
    name: operation
    for name, operation in operations().items()
    if any(parameter["name"] == "cursor" for parameter in operation.description.get("parameters", []))
}


@pytest.mark.parametrize("name", LISTS)
def test_no_altered_cursor_leads_elsewhere(world: World, name: str) -> None:
    operation, entry = LISTS[name], CALLS[name]
    sent = entry.aim(world, "owner", "same_clinic" if "same_clinic" in entry.targets else entry.targets[0])
    first = _page(world, operation, sent)
    assert first.status_code == 200
    cursor = first.json()["next_cursor"]
    if cursor is None:
        pytest.skip("one page holds all of it in this world")
    second = _page(world, operation, sent, cursor)
    assert second.status_code == 200
    for index, character in enumerate(cursor):
        altered = cursor[:index] + ("b" if character == "a" else "a") + cursor[index + 1 :]
        answer = _page(world, operation, sent, altered)
        is_same = answer.status_code == 200 and answer.content == second.content
        assert is_same or (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), altered


def _page(world: World, operation: Operation, sent: Sent, cursor: str | None = None) -> Any:
    query = {**sent.query, "limit": "1"} | ({"cursor": cursor} if cursor else {})
    return operation.send(world.clients["owner"], replace(sent, query=query))

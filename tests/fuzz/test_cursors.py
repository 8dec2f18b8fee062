"""A real cursor with any one character changed, in every list: refused, or the page that it stood for."""

from dataclasses import replace
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.fuzz.crowd import crowd
from tests.policy.calls import CALLS, Operation, Sent, operations
from tests.policy.world import World

LISTS = {
    name: operation
    for name, operation in operations().items()
    if any(parameter["name"] == "cursor" for parameter in operation.description.get("parameters", []))
}
OTHERS = {
    "listMyPatients": "guardian",
    "listMyAccessLog": "patient",
    "listAssessments": "practitioner",
    "listAssessmentVersions": "practitioner",
}
"""Who asks, where the owner would see nothing."""
NOSY = ("visitor", "patient", "stranger", "practitioner", "desk", "other_manager")


@pytest.fixture(scope="module")
def crowded(world: World) -> World:
    return crowd(world)


@pytest.mark.parametrize("name", LISTS)
def test_no_altered_cursor_leads_elsewhere(crowded: World, name: str) -> None:
    operation, client = LISTS[name], crowded.clients[_caller(name)]
    sent = _sent(crowded, name)
    first = _page(client, operation, sent)
    assert first.status_code == 200
    cursor = first.json()["next_cursor"]
    assert cursor, "one page holds all of it: let tests/fuzz/crowd.py make a second one"
    second = _page(client, operation, sent, cursor)
    assert second.status_code == 200
    for index, character in enumerate(cursor):
        altered = cursor[:index] + ("b" if character == "a" else "a") + cursor[index + 1 :]
        answer = _page(client, operation, sent, altered)
        is_same = answer.status_code == 200 and _told(answer) == _told(second)
        assert is_same or (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), altered


@pytest.mark.parametrize("name", LISTS)
def test_the_cursor_of_another_shows_nothing_but_ones_own(crowded: World, name: str) -> None:
    operation, sent = LISTS[name], _sent(crowded, name)
    cursor = _page(crowded.clients[_caller(name)], operation, sent).json()["next_cursor"]
    for actor in NOSY:
        client = crowded.clients[actor]
        own = operation.send(client, replace(sent, query={**sent.query, "limit": "100"}))
        answer = _page(client, operation, sent, cursor)
        if own.status_code == 200:
            assert answer.status_code == 200
            assert all(row in _told(own)["results"] for row in _told(answer)["results"]), actor
        else:
            assert answer.status_code == own.status_code, actor


def _caller(name: str) -> str:
    return OTHERS.get(name, "owner")


def _sent(world: World, name: str) -> Sent:
    entry, caller = CALLS[name], _caller(name)
    if name == "listGuardians":  # grown-ups have none
        return Sent(path={"patient_id": world.cast.child.pk})
    return entry.aim(world, caller, "same_clinic" if "same_clinic" in entry.targets else entry.targets[0])


def _page(client: ApiClient, operation: Operation, sent: Sent, cursor: str | None = None) -> Any:
    query = {**sent.query, "limit": "1"} | ({"cursor": cursor} if cursor else {})
    return operation.send(client, replace(sent, query=query))


def _told(answer: Any) -> Any:
    """What a page says, but for the seconds that a hold has left."""
    page = answer.json()
    for row in page["results"]:
        row.pop("expires_in_seconds", None)
    return page

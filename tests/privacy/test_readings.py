"""Whoever is shown data of somebody else's leaves one entry in the audit log, whatever the operation."""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.audit.models import AuditEntry
from backend.common.http.openapi.document import describe_api
from backend.tasks.models import Task
from tests.cast import Cast
from tests.policy import table
from tests.policy.calls import CALLS, Operation, operations
from tests.policy.table import ALLOW, Policy
from tests.policy.traces import undone
from tests.policy.world import TAKES_BOOKINGS, World, build

# By which an answer speaks of a patient.
NAMES = frozenset({"patient_id", "patient_name", "patient_ids"})
# The caller's own: holds name nobody but whom the caller chose. The log itself is noted even where it is empty.
OWN = frozenset(
    {"listHolds", "getHold", "listMyAccessLog", "getMyPatient", "listMyPatients", "getMe", "listAuditEvents"}
)
STAFF = TAKES_BOOKINGS | {"practitioner"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return table.read()


@pytest.fixture
def world(cast: Cast) -> World:
    made = build(cast)
    Task.objects.update(patient_id=cast.stranger.pk)
    return made


def members(node: Any, document: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every name that an answer of that schema may have, at any depth."""
    if isinstance(node, list):
        for inner in node:
            yield from members(inner, document, seen)
    elif isinstance(node, dict):
        if (target := node.get("$ref")) and target not in seen:
            name = target.rpartition("/")[2]
            yield from members(document["components"]["schemas"][name], document, seen | {target})
        yield from node.get("properties", {})
        for inner in node.values():
            yield from members(inner, document, seen)


def shows_patients(operation: Operation, document: dict[str, Any]) -> bool:
    """Whether the description of what it answers names a patient."""
    content = operation.description["responses"][str(operation.success)].get("content", {})
    names = {name for media in content.values() for name in members(media.get("schema", {}), document)}
    asked = {parameter["name"] for parameter in operation.description.get("parameters", [])}
    return bool(names & NAMES) or "{patient_id}" in operation.path or "patient" in asked


def readings() -> dict[str, Operation]:
    """What only reads, and shows patients."""
    document = describe_api()
    found = {name: one for name, one in operations().items() if one.method == "GET" and name not in OWN}
    return {name: one for name, one in found.items() if shows_patients(one, document)}


def unnoted(world: World, policy: Policy, operation: Operation) -> list[str]:
    """Who of the staff was shown somebody and left no entry, or more than one."""
    faults = []
    with undone():
        CALLS[operation.id].prepare(world)
        for cell in policy.cells(operation.id):
            if cell.verdict != ALLOW or cell.actor not in STAFF or cell.target in ("nobody", "absent"):
                continue
            with undone():
                before = AuditEntry.objects.count()
                sent = CALLS[operation.id].aim(world, cell.actor, cell.target)
                answer = operation.send(world.clients[cell.actor], sent)
                count = AuditEntry.objects.count() - before
                told = answer.json() if answer.content[:1] == b"{" else {}
                is_empty = not told.get("results", True) and "gate" not in told
                if answer.status_code != operation.success or count != (0 if is_empty else 1):
                    faults.append(f"{operation.id} by {cell.actor} on {cell.target}: {count} entries")
    return faults


def test_every_reading_of_patients_is_noted_once(world: World, policy: Policy) -> None:
    found = readings()
    assert {"getPatient", "listAppointments", "getClinicDay", "listScreenings", "listTasks"} <= set(found)
    assert {"listSlots", "nextSlots", "explainSlot"} <= set(found)
    faults = [fault for one in found.values() for fault in unnoted(world, policy, one)]
    assert not faults, "\n".join(faults)


def test_one_that_is_not_noted_is_found(world: World, policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.appointments.actions.note_visit_read.note_reading", lambda *_, **__: None)
    assert unnoted(world, policy, operations()["getAppointment"])

"""Whatever an operation writes stands in the audit log, and a change of set-up with what it was before."""

from collections.abc import Mapping
from typing import Any

import pytest

from backend.audit.models import AuditEntry
from tests.policy.calls import CALLS, operations
from tests.policy.rows import written
from tests.policy.table import ALLOW, KEY, Policy
from tests.policy.test_columns import TOLD, WRITES, empty_demo
from tests.policy.traces import undone
from tests.policy.world import World

__all__ = ["empty_demo"]  # a fixture

UNAUDITED: Mapping[str, str] = {
    "refreshToken": "Each app does it every ten minutes; what matters, a token used twice, is an entry.",
    "moveSandboxClock": "There is none in production.",
}
"""What is written without an entry, and why."""
HEALTH: Mapping[str, str] = {
    "updateAppointment": "A note may tell of health. The visit's history keeps it.",
    "updateSessionRecord": "A draft of a record; what is signed is kept in versions.",
    "updateAssessment": "A draft of an assessment; what is signed is kept in versions.",
    "updateSession": "The name of a device is the person's own.",
}
"""Whose contents stay out of the log, and why: it tells that there was a change, by whom and of what."""
_LOGS = {table.lstrip("+-") for table in TOLD["logs"]}


def deed(world: World, policy: Policy, name: str) -> tuple[list[AuditEntry], set[str]]:
    """What the good call leaves in the audit log, and which tables it writes beside the logs."""
    operation = operations()[name]

    def act() -> list[AuditEntry]:
        assert operation.send(world.clients[cell.actor], sent).status_code < 400
        return list(AuditEntry.objects.exclude(pk__in=known))

    with undone():
        CALLS[name].prepare(world)
        cell = next(cell for cell in policy.cells(name) if cell.verdict == ALLOW and cell.actor != KEY)
        sent = CALLS[name].aim(world, cell.actor, cell.target)
        known = set(AuditEntry.objects.values_list("pk", flat=True))
        entries, changed = written(act)
    return entries, {table for table in changed if table.lstrip("+-") not in _LOGS}


@pytest.mark.parametrize("name", WRITES)
def test_what_is_written_is_audited(fixed_world: World, policy: Policy, name: str) -> None:
    entries, tables = deed(fixed_world, policy, name)
    assert bool(entries) or not tables or name in UNAUDITED, f"{tables} written without an entry"
    method = operations()[name].method
    if tables and name not in HEALTH and method in ("PATCH", "PUT"):
        assert any(_differs(entry.before, entry.after) for entry in entries), "before and after of a change"
    if method == "DELETE" and any(table.startswith("-") and table in TOLD["operations"][name] for table in tables):
        assert any(entry.before for entry in entries), "what was there before it was removed"


def _differs(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return before.keys() == after.keys() and before != after

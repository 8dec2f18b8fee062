"""Whatever can be asked before it is done answers as the deed does, and leaves no trace."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.policy import table
from tests.policy.calls import CALLS, operations
from tests.policy.traces import fingerprint, undone
from tests.policy.world import build
from tests.refusals.cases import Case, case_of


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    """A call that succeeds, for each operation that takes `dry_run`."""
    world, policy, asked = build(cast), table.read(), []
    for operation in operations().values():
        if any(parameter["name"] == "dry_run" for parameter in operation.description.get("parameters", [])):
            CALLS[operation.id].prepare(world)
            asked.append(case_of(world, policy, operation))
    return asked


def test_a_dry_run_says_what_the_deed_would_and_leaves_no_trace(cases: list[Case]) -> None:
    before, faults = fingerprint(), []
    for case in cases:
        with undone():
            asked = case.call(query={**case.sent.query, "dry_run": "true"})
            changed = [name for name, rows in fingerprint().items() if rows != before[name]]
        with undone():
            done = case.call()
            is_deed = fingerprint() != before
        told = [_told(answer.json()) for answer in (asked, done)]
        if changed or not is_deed or asked.status_code != done.status_code or told[0] != told[1]:
            faults.append(f"{case.operation.id}: {asked.status_code}, {done.status_code}, wrote to {changed}, {told}")
    assert not faults, "\n".join(faults)


def _told(body: dict[str, Any]) -> Any:
    """What becomes of visits."""
    return body.get("affected_appointments", body.get("results"))


def test_every_kind_of_set_up_can_be_asked_about(cases: list[Case]) -> None:
    asked = {case.operation.id for case in cases}
    kinds = ("OpeningHours", "Closure", "TimeOff", "WorkingHours", "ExtraHours", "Room", "Offering", "Clinic")
    assert {kind for kind in kinds if not any(kind in name for name in asked)} == set()
    assert {"revokeCredential", "deleteExtraHours", "updateTimeOff", "deleteTimeOff", "deleteOffering"} <= asked
    assert {"createOpeningHours", "createWorkingHours", "createExtraHours", "createRoom", "createOffering"} <= asked

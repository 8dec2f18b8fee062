"""What the matrix says of set-up is due to its guards: without one of them it is red."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.common.access import Actor
from tests.cast import Cast
from tests.policy import table
from tests.policy.calls import operations
from tests.policy.judge import violations
from tests.policy.world import build


def anywhere(actor: Actor, permission: Any, **_: Any) -> bool:
    return actor.holds(permission)


def all_rows(rows: Any, *_: Any) -> Any:
    return rows


GUARDS: list[tuple[str, Callable[..., Any], list[str]]] = [
    (
        "backend.common.access.Actor.may",
        anywhere,
        [
            "updateClinic",
            "getClinicDay",
            "listClinicAtRiskAppointments",
            "listRooms",
            "createOpeningHours",
            "putClinicService",
            "createMember",
        ],
    ),
    ("backend.clinics.queries.setup.within_reach", all_rows, ["getRoom", "deleteOpeningHours", "updateClosure"]),
    ("backend.clinics.queries.members.within_reach", all_rows, ["getMember", "deleteMember"]),
]


@pytest.mark.parametrize(("guard", "open_door", "guarded"), GUARDS)
def test_without_a_guard_the_matrix_is_red(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, guard: str, open_door: Callable[..., Any], guarded: list[str]
) -> None:
    world, policy = build(cast), table.read()
    monkeypatch.setattr(guard, open_door)
    for name in guarded:
        foreign = [cell for cell in policy.cells(name) if cell.verdict in ("403", "404")]
        let_in = [fault for fault in violations(world, operations()[name], foreign) if ": 20" in fault]
        assert let_in, f"{name} has another guard, or none of its cells reaches past this one"

"""The state machine within a budget, and proof that each of its promises is found broken where a fault is planted."""

import os
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from backend.appointments.actions import amend, chronicle, draft, move, swap_appointments, wish
from backend.appointments.enums import RuleCode
from backend.appointments.models import Appointment
from backend.appointments.rules import registry
from backend.common.http import etags, idempotency
from tests.cast import Cast
from tests.limits import SetBudget
from tests.stateful.machine import Day

EXAMPLES, STEPS = (int(os.environ.get(f"STATEFUL_{name}", usual)) for name, usual in (("EXAMPLES", 3), ("STEPS", 15)))
IS_USUAL = "STATEFUL_EXAMPLES" not in os.environ
BUDGETS = ("book", "hold", "hold_address")
Patch = pytest.MonkeyPatch


def run(cast: Cast, *, examples: int = EXAMPLES, steps: int = STEPS, **more: Any) -> None:
    budget = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **{"derandomize": IS_USUAL, **more},  # the same in every run of the suite; anew in a long one
    )

    class Here(Day):
        def __init__(self) -> None:
            super().__init__(cast)

    run_state_machine_as_test(Here, settings=budget)


@pytest.fixture(autouse=True)
def _no_budgets(set_budget: SetBudget) -> None:
    for name in BUDGETS:
        set_budget(1_000_000, name)


def test_the_promises_hold_whatever_is_done(cast: Cast) -> None:
    run(cast)


def without_constraints(patch: Patch) -> None:
    with connection.cursor() as cursor:
        for resource in ("practitioner", "room", "patient"):
            cursor.execute(f"ALTER TABLE appointments_appointment DROP CONSTRAINT appointment_{resource}_is_free")
    _forget(RuleCode.PRACTITIONER_BUSY, patch)  # which alone would be made good by the constraint


def without_hours(patch: Patch) -> None:
    _forget(RuleCode.OUTSIDE_HOURS, patch)


def _forget(code: RuleCode, patch: Patch) -> None:
    """Search asks the rule, booking does not."""
    patch.setattr(wish, "RULES", tuple(rule for rule in registry.RULES if rule.code != code))


def without_events(patch: Patch) -> None:
    patch.setattr(chronicle, "publish", Mock())


def without_receipts(patch: Patch) -> None:
    patch.setattr(idempotency, "_keep", Mock())


def without_versions(patch: Patch) -> None:
    patch.setattr(amend, "F", lambda _: 1)


def without_if_match(patch: Patch) -> None:
    patch.setattr(etags, "expected_version", lambda _: None)


def without_wall_time(patch: Patch) -> None:
    """A move writes the instants and forgets the promise."""

    def times(*place: Any) -> dict[str, Any]:
        return {name: value for name, value in draft.times(*place).items() if name != "local_start"}

    patch.setattr(move, "times", times)


def with_half_a_swap(patch: Patch) -> None:
    """The second of the two stays where it is."""
    exchange = swap_appointments._exchange

    def half(visits: Sequence[Appointment], places: Sequence[dict[str, Any]], now: Any) -> None:
        exchange(visits[:1], places[:1], now)

    patch.setattr(swap_appointments, "_exchange", half)


PLANTS: dict[Callable[[Patch], None], set[str]] = {
    without_constraints: {"nobody_is_in_two_places", "what_is_offered_can_be_booked_and_nothing_else"},
    without_hours: {"what_is_offered_can_be_booked_and_nothing_else"},
    without_events: {"check_change"},
    without_receipts: {"retry"},
    without_versions: {"check_change"},
    without_if_match: {"come_too_late"},
    without_wall_time: {"promises_are_kept"},
    with_half_a_swap: {"swap", "check_change"},
}


# All of them take minutes: `make stateful`.
@pytest.mark.parametrize("plant", [without_events] if IS_USUAL else PLANTS)
def test_what_is_planted_is_found(cast: Cast, monkeypatch: Patch, plant: Callable[[Patch], None]) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError) as found:
        run(cast, examples=200, steps=20, phases=[Phase.generate], derandomize=True)
    names = {entry.name for entry in found.traceback}
    assert names & PLANTS[plant], names

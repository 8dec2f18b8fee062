"""The budgets as they are where nobody sets others, each used up through HTTP (R20)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from pytest_django import Settings

from backend.common.budgets import Charge
from backend.common.http.limits import KEY_REQUESTS, REQUESTS, tally
from backend.common.models import BudgetUse
from backend.config.settings.budgets import DEFAULTS
from tests.cast import Cast
from tests.limits import SetBudget
from tests.policy.calls import CALLS, Sent, operations
from tests.policy.world import World, build

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# budget -> uses, seconds, and who spends it on what
BUDGETS = {
    "sign_in_device": (20, 15 * MINUTE, "visitor", "createToken"),
    "sign_in_account": (50, HOUR, "visitor", "createToken"),
    "sign_in": (600, MINUTE, "visitor", "createToken"),
    "sign_in_address": (100, 15 * MINUTE, "visitor", "createToken"),
    "register": (20, HOUR, "visitor", "register"),
    "mail": (5, HOUR, "visitor", "resendVerification"),
    "mails": (600, MINUTE, "visitor", "forgotPassword"),
    "reauthentication": (10, 15 * MINUTE, "patient", "changePassword"),
    "link": (60, 15 * MINUTE, "visitor", "resetPassword"),
    "code": (5, 5 * MINUTE, "visitor", "completeSignIn"),
    "code_day": (50, DAY, "visitor", "completeSignIn"),
    "refresh": (100, 15 * MINUTE, "visitor", "refreshToken"),
    "refresh_address": (3000, 15 * MINUTE, "visitor", "refreshToken"),
    "hold": (240, HOUR, "desk", "createHold"),
    "hold_address": (2000, HOUR, "desk", "createHold"),
    "book": (120, HOUR, "desk", "createAppointment"),
    "plan": (240, HOUR, "desk", "planSeries"),
    "patient_lookup": (30, HOUR, "desk", "lookUpPatient"),
    "export": (5, DAY, "patient", "createExport"),
    "dependant": (10, DAY, "patient", "createDependant"),
    "claim": (5, DAY, "patient", "claimPatient"),
    "invitation": (30, DAY, "manager", "createMemberInvitation"),
    "sandbox": (120, MINUTE, "visitor", "moveSandboxClock"),
}
# What is sent wrong, since a device that somebody signed in from is spared
WRONG = {"createToken": {"password": "wrong horse battery"}, "completeSignIn": {"code": "000000"}}
LIMITED = (429, "rate_limited")


@pytest.fixture
def world(cast: Cast) -> World:
    return build(cast)


def calls(world: World, actor: str, name: str) -> Any:
    """A function that makes the same call again and again, with a key of its own each time; a sign-in fails."""
    operation, entry = operations()[name], CALLS[name]
    sent: Sent = entry.aim(world, actor, "same_clinic" if "same_clinic" in entry.targets else entry.targets[0])
    if name in WRONG:
        sent = replace(sent, body={**(sent.body or {}), **WRONG[name]})
    keys = iter(range(100))

    def call() -> Any:
        return operation.send(world.clients[actor], replace(sent, key=sent.key and f"key-{next(keys)}"))

    return call


def verdict(response: Any) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "") if response.content else ""


def test_each_default_has_its_row() -> None:
    assert {*BUDGETS, REQUESTS, KEY_REQUESTS} == {*DEFAULTS}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_default_is_used_up(world: World, name: str) -> None:
    uses, seconds, actor, operation = BUDGETS[name]
    call = calls(world, actor, operation)
    assert verdict(call()) != LIMITED
    window = BudgetUse.objects.filter(key__startswith=f"{name}:")
    assert window.update(uses=F("uses") + uses - 2) == 1
    assert verdict(call()) != LIMITED
    refused = call()
    assert verdict(refused) == LIMITED
    assert seconds - 30 < int(refused["Retry-After"]) <= seconds
    window.update(ends_at=F("ends_at") - timedelta(seconds=seconds))
    assert verdict(call()) != LIMITED


def test_the_default_of_all_requests_is_used_up(world: World, settings: Settings, set_budget: SetBudget) -> None:
    settings.BUDGETS = DEFAULTS
    client = world.clients["visitor"]
    for _ in range(1_199):
        tally.spend(Charge(REQUESTS, "127.0.0.1"))
    last, refused = client.get("/v1/errors"), client.get("/v1/errors")
    assert verdict(last) != LIMITED
    assert last["RateLimit-Policy"] == '"requests";q=1200;w=60'
    assert verdict(refused) == LIMITED


def test_the_default_of_a_keys_requests_is_told(world: World, settings: Settings, set_budget: SetBudget) -> None:
    settings.BUDGETS = DEFAULTS
    answer = world.clients["integration"].get("/v1/appointments")
    assert answer["RateLimit-Policy"] == '"api_key";q=600;w=60'
    assert answer["RateLimit"].startswith('"api_key";r=599')


def test_who_holds_shares_a_budget_with_all_behind_the_address(world: World, set_budget: SetBudget) -> None:
    set_budget(1, "hold_address")
    desk, owner = calls(world, "desk", "createHold"), calls(world, "owner", "createHold")
    first = desk()
    assert verdict(first) != LIMITED
    assert "hold_address" not in first["RateLimit"]  # what others do is not told
    refused = owner()
    assert verdict(refused) == LIMITED
    world.clients["owner"].http.defaults["REMOTE_ADDR"] = "192.0.2.9"
    assert verdict(owner()) != LIMITED

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from backend.common.budgets import spend
from backend.common.errors import RateLimited
from backend.common.http.access import PUBLIC
from backend.common.http.operations import Operation, Reply
from backend.common.http.routes import route
from backend.common.models import BudgetUse
from backend.config.settings.budgets import Budget

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_a_minute(settings: Settings) -> None:
    settings.BUDGETS = {name: Budget(2, timedelta(minutes=1)) for name in ("knock", "ring")}


def test_a_budget_is_used_up_for_one_and_not_for_others() -> None:
    spend("knock", "ann")
    spend("knock", "ann")
    with pytest.raises(RateLimited) as refused:
        spend("knock", "ann")
    assert refused.value.retry_after_seconds in range(58, 61)
    spend("knock", "bob")
    spend("ring", "ann")


def test_waiting_helps_even_who_went_on_trying() -> None:
    for _ in range(2):
        spend("knock", "ann")
    ends_at = BudgetUse.objects.get().ends_at
    for _ in range(3):
        with pytest.raises(RateLimited):
            spend("knock", "ann")
    assert BudgetUse.objects.get().ends_at == ends_at
    BudgetUse.objects.update(ends_at=ends_at - timedelta(minutes=1))
    spend("knock", "ann")
    assert BudgetUse.objects.get().uses == 1


def test_what_nobody_signs_in_for_has_no_budget() -> None:
    class Knock(Operation):
        """Knock at the door."""

        permission = PUBLIC
        budget = "knock"

        def handle(self) -> Reply:
            return Reply()

    with pytest.raises(ImproperlyConfigured, match="budget"):
        route("knocks", post=Knock)

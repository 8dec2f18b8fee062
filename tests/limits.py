"""Budgets in tests."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from backend.common.http import limits

SetBudget = Callable[..., None]


@pytest.fixture
def set_budget(settings: Settings) -> Iterator[SetBudget]:
    """`set_budget(0)` has every operation answer 429 `rate_limited`; `set_budget(3, "book")` leaves three of those."""

    def set_to(uses: int, name: str = limits.REQUESTS) -> None:
        budgets = django_settings.BUDGETS
        settings.BUDGETS = {**budgets, name: budgets[name]._replace(uses=uses)}

    limits.tally.forget()
    yield set_to
    limits.tally.forget()

"""What the tests of the policy share."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.fuzz.again import build_again
from tests.policy import table
from tests.policy.table import Policy
from tests.policy.traces import undone
from tests.policy.world import World


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The table as it was reviewed."""
    return table.read()


@pytest.fixture(scope="module")
def fixed_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all tests of a module, on the same day in every run, with budgets that nobody can spend."""
    plenty = {name: budget._replace(uses=10**9) for name, budget in settings.BUDGETS.items()}
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), undone():
        patch.setattr(settings, "BUDGETS", plenty)
        yield build_again()

"""Every operation, broken in every way that it is described to be refused for whatever it does, answers just so."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from backend.common.errors import Code
from backend.common.http.openapi.refusals import derived
from backend.common.http.problems import status_of
from tests.cast import make_cast
from tests.policy import table
from tests.policy.calls import CALLS, operations
from tests.policy.table import Policy
from tests.policy.traces import undone
from tests.policy.world import World, build
from tests.refusals.breaks import BREAKS
from tests.refusals.cases import case_of


@pytest.fixture(scope="module")
def policy() -> Policy:
    return table.read()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all, as every test takes back what it did."""
    with django_db_blocker.unblock(), undone():
        yield build(make_cast())


@pytest.mark.parametrize("name", CALLS)
def test_what_is_refused_whatever_it_does_is_refused(world: World, policy: Policy, name: str) -> None:
    operation, faults = operations()[name], []
    with undone():
        CALLS[name].prepare(world)
        allowed = case_of(world, policy, operation)
        for code in derived(allowed.endpoint):
            case = case_of(world, policy, operation, "403") if code is Code.PERMISSION_DENIED else allowed
            with undone():
                answer = case.call() if case is not allowed else BREAKS[code](case)
            told = answer.json() if answer.status_code >= 400 else {}
            if (answer.status_code, told.get("code")) != (status_of(code), code):
                faults.append(f"{code}: {answer.status_code} {told.get('code')} {told.get('errors')}")
    assert not faults, "\n".join(faults)

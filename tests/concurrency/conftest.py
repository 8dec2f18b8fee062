"""A calendar of free starts on the live server that the tests share."""

from collections.abc import Iterator

import pytest

from tests.concurrency import ledger
from tests.concurrency.starts import Starts
from tests.live import LiveApi


@pytest.fixture(scope="session")
def starts(live_api: LiveApi) -> Starts:
    """Free starts: massages have one practitioner and one room, other services several."""
    return Starts(live_api)


@pytest.fixture(scope="module")
def no_deadlocks(live_api: LiveApi) -> Iterator[None]:
    """In all races of the module, no ring of waiters was broken. To ask costs a start of the server."""
    with ledger.no_deadlocks(live_api):
        yield


@pytest.fixture
def nothing_breaks(live_api: LiveApi, no_deadlocks: None) -> Iterator[None]:
    """After every race: nobody is in two places, no row lacks its history; and there was no deadlock."""
    began = ledger.now(live_api)
    yield
    assert ledger.double_bookings(live_api) == 0
    assert ledger.half_rows(live_api, began) == []

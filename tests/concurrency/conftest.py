"""A calendar of free starts on the live server that the tests share."""

import pytest

from tests.concurrency.starts import Starts
from tests.live import LiveApi


@pytest.fixture(scope="session")
def starts(live_api: LiveApi) -> Starts:
    """Free starts: massages have one practitioner and one room, other services several."""
    return Starts(live_api)

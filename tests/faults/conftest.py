"""A server of its own for those who break things."""

import pytest

from tests.concurrency.starts import Starts
from tests.live import LiveApi, MakeLiveApi


@pytest.fixture(scope="package")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api()


@pytest.fixture(scope="package")
def starts(api: LiveApi) -> Starts:
    return Starts(api)

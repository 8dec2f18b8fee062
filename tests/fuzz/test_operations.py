"""Whatever is sent, by whomever: no server error, no answer that is not described, nothing invalid accepted."""

from typing import Any

import pytest

from tests.fuzz.campaign import CASES, Campaign, load
from tests.policy.calls import CALLS
from tests.policy.world import World

pytestmark = pytest.mark.filterwarnings("ignore")
# They move the clock and empty the tables that all other calls rely on; tests/config/sandbox calls them.
_SHAKE_THE_WORLD = {"getSandboxClock", "moveSandboxClock", "resetSandbox"}
NAMES = [name for name in CALLS if name not in _SHAKE_THE_WORLD]


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:
    return load()


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_as_described(
    world: World, operations: dict[str, Any], name: str, record_property: Any
) -> None:
    campaign = Campaign(world, operations[name])
    campaign.run(-(-CASES // len(NAMES)))
    record_property("fuzz_calls", campaign.calls)
    record_property("fuzz_successes", campaign.successes)
    assert not campaign.found, campaign.report()

"""A world that is the same in every run, so that a seed repeats the calls: its ids, and what time it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from random import Random
from types import SimpleNamespace

import pytest

from backend.common import clock, ids
from backend.common.models import ClockOffset
from tests.cast import make_cast
from tests.policy.world import World, build

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def build_again() -> World:
    """The world of the permission policy, on one day at noon."""
    ClockOffset.objects.create(offset=NOON - clock.now())
    with _numbered_ids():
        return build(make_cast())


@contextmanager
def _numbered_ids() -> Iterator[None]:
    """Ids made inside depend on nothing but their order."""
    milliseconds, dice = count(int(NOON.timestamp()) * 1000), Random(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: next(milliseconds) * 1_000_000))
        patch.setattr(ids, "secrets", SimpleNamespace(randbits=dice.getrandbits))
        yield

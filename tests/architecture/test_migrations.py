"""Migrations can be taken back for real, and leave nothing behind."""

import os
import subprocess
import sys

import psycopg
from pytest_django.plugin import DjangoDbBlocker

from launch.place import ROOT
from launch.pytest_plugin import discard_database, migrated_database
from tests.architecture.source import app_layers

BACK = """
import django, sys
from django.core.management import call_command
django.setup()
for app in sys.argv[1:]:
    call_command("migrate", app, "zero", verbosity=0)
"""
THINGS = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
     UNION
    SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""


def test_migrations_can_be_taken_back(django_db_blocker: DjangoDbBlocker) -> None:
    name = f"back_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        url = migrated_database(name)
    try:
        assert {"appointments_appointment", "refuse_change", "domain_now"} <= ours(url)
        apps = [app for layer in app_layers() for app in layer if (ROOT / "backend" / app / "migrations").exists()]
        command = [sys.executable, "-c", BACK, *apps]
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert ours(url) == set()
    finally:
        discard_database(name)


def ours(url: str) -> set[str]:
    """Tables, sequences and functions that are not a library's or an extension's."""
    with psycopg.connect(url) as connection:
        names = {name for (name,) in connection.execute(THINGS)}
    return {name for name in names if not name.startswith(("django_", "auth_", "procrastinate_"))}

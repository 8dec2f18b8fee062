"""Migrates and seeds the demo's database in one process, since every start of Django costs half a second."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
import environ
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

OWNER_VARIABLE = "MIGRATION_DATABASE_URL"


def main() -> None:
    """Migrate as the owner, then seed an empty database as the API's role, which proves its rights."""
    django.setup()
    with owner():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            print("Migrating the database ...", flush=True)
            call_command("migrate", verbosity=0, interactive=False)
            call_command("grant_app_role")
        if settings.SANDBOX:
            call_command("open_sandbox")
    call_command("seed_demo", if_empty=True)
    print()
    call_command("seed_demo", list=True)


@contextmanager
def owner() -> Iterator[None]:
    """Be the role of MIGRATION_DATABASE_URL for a while, without the time limit of a request."""
    from backend.config.settings.database import connect

    env = environ.Env()
    env.ENVIRON = {**os.environ, "DATABASE_URL": os.environ[OWNER_VARIABLE], "DB_STATEMENT_TIMEOUT_MS": "0"}
    usual = dict(connection.settings_dict)
    connection.settings_dict.update(connect(env, pooled=False))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


if __name__ == "__main__":
    main()

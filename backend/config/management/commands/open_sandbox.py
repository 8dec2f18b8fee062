"""`manage.py open_sandbox`: lets the API empty this database, so that it can restore the demo."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from psycopg import sql

from backend.accounts.models import User
from backend.common.models import BudgetUse
from backend.config.demo import cast
from backend.config.demo.seed import is_empty

# SECURITY DEFINER: the API's role may not empty tables (R27), and what is append-only refuses even its owner. It is
# made here and not by a migration, so that no other database has it.
_FUNCTION = """
    CREATE OR REPLACE FUNCTION sandbox.empty_tables() RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
    BEGIN
        SET CONSTRAINTS ALL IMMEDIATE;
        {disable};
        TRUNCATE {tables};
        {enable};
    END $$
"""


class Command(BaseCommand):
    """Run after `migrate`, as the owner of the tables. Refuses where settings.SANDBOX is off, and real data."""

    help = "Let the API's role empty this database, for POST /v1/sandbox/reset; never in production."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Leaves a database alone that holds anything but the demo. Raises CommandError in production."""
        if not settings.SANDBOX:
            raise CommandError("This is no sandbox: nothing may empty its database.")
        if not is_empty() and not User.objects.filter(email=cast.OWNER.email).exists():
            self.stdout.write("This database holds a chain that is not the demo's: it cannot be emptied.")
            return
        role = sql.Identifier(settings.APP_DATABASE_ROLE)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS sandbox")
            cursor.execute(_empty_tables().as_string(cursor.connection))
            cursor.execute("REVOKE ALL ON FUNCTION sandbox.empty_tables() FROM PUBLIC")
            cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [settings.APP_DATABASE_ROLE])
            if cursor.fetchone()[0]:
                cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA sandbox TO {}").format(role).as_string(cursor.connection))
                grant = sql.SQL("GRANT EXECUTE ON FUNCTION sandbox.empty_tables() TO {}").format(role)
                cursor.execute(grant.as_string(cursor.connection))


def _empty_tables() -> sql.Composed:
    guarded = settings.APPEND_ONLY_TABLES
    return sql.SQL(_FUNCTION).format(
        tables=sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in _own_models()),
        disable=_with_triggers("DISABLE", guarded),
        enable=_with_triggers("ENABLE", guarded),
    )


def _with_triggers(change: str, tables: list[str]) -> sql.Composed:
    statement = sql.SQL(f"ALTER TABLE {{}} {change} TRIGGER USER")
    return sql.SQL("; ").join(statement.format(sql.Identifier(table)) for table in tables)


def _own_models() -> list[type[models.Model]]:
    """All but the budgets: what was used up stays so, resets included."""
    known = apps.get_models(include_auto_created=True)
    return [model for model in known if model.__module__.startswith("backend.") and model is not BudgetUse]

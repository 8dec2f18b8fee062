"""Gives the API's role what it needs on every table, and no more (R27). Run after `migrate`, as the owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg import sql


class Command(BaseCommand):
    """GRANT to the role of APP_DATABASE_ROLE; append-only tables can be read and added to, never changed."""

    help = "Grant the API's database role its rights on all tables."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Does nothing, and says so, when one role stands for both."""
        role = settings.APP_DATABASE_ROLE
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
            me, exists = cursor.fetchone()
        if me == role or not exists:
            reason = "is the owner itself" if me == role else "does not exist"
            self.stdout.write(f"No rights to grant: role {role} {reason}.")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            for statement in _statements(role, sorted(set(settings.APPEND_ONLY_TABLES) & set(tables))):
                cursor.execute(statement.as_string(cursor.connection))
            for function in settings.OWNERS_FUNCTIONS:
                cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
                if cursor.fetchone()[0]:
                    grant = sql.SQL(f"GRANT EXECUTE ON FUNCTION {function} TO {{}}").format(sql.Identifier(role))
                    cursor.execute(grant.as_string(cursor.connection))
        if options["verbosity"]:
            self.stdout.write(f"Role {role} may use {len(tables)} tables.")


def _statements(role: str, append_only: list[str]) -> list[sql.Composed]:
    name = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE ALL ON django_migrations FROM {}").format(name),
        sql.SQL("GRANT SELECT ON django_migrations TO {}").format(name),
    ]
    for table in append_only:
        statements.append(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
    return statements

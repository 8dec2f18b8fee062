"""What the database itself refuses: changes to what was written down, and the API's role beyond its rights (R27)."""

import os
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import Error, connection, transaction

from backend.common.db import constraint_of
from launch.databases import APP, url_for
from launch.pytest_plugin import ADMIN_VARIABLE
from tests.architecture.test_foreign_keys import own_models

pytestmark = pytest.mark.django_db
APPEND_ONLY = sorted(settings.APPEND_ONLY_TABLES)
EVERYTHING = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
CHANGES = ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}")


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rights_on(table: str) -> set[str]:
    """What the API's role may do with a table."""
    asked = rows("SELECT r, has_table_privilege(%s, %s, r) FROM unnest(%s::text[]) r", APP, table, sorted(EVERYTHING))
    return {right for right, granted in asked if granted}


def tables() -> list[str]:
    """Every table there is, ours and the libraries'."""
    return [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def mistaken_rights() -> dict[str, set[str]]:
    """Tables on which the API's role has other rights than it should."""
    right = {"django_migrations": {"SELECT"}} | {table: {"SELECT", "INSERT"} for table in APPEND_ONLY}
    return {table: found for table in tables() if (found := rights_on(table)) != right.get(table, ROWS)}


def test_the_role_of_the_api_has_exactly_its_rights() -> None:
    assert {table._meta.db_table for table in own_models()} <= set(tables())
    assert mistaken_rights() == {}


def test_a_forgotten_table_and_a_right_too_many_are_found() -> None:
    do("CREATE TABLE forgotten ()", "GRANT UPDATE ON audit_auditentry TO evergreen_app")
    assert mistaken_rights() == {"forgotten": set(), "audit_auditentry": {"SELECT", "INSERT", "UPDATE"}}


def test_the_role_of_the_api_is_an_ordinary_one() -> None:
    ((is_more,),) = rows(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles"
        " WHERE rolname = %s",
        APP,
    )
    assert not is_more
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", APP) == [(0,)]
    assert rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", APP) == [(False,)]
    assert rows("SELECT has_function_privilege(%s, 'domain_now()', 'EXECUTE')", APP) == [(True,)]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", CHANGES)
def test_what_was_written_down_stays_even_for_the_owner(table: str, statement: str) -> None:
    assert rows("SELECT tableowner = current_user FROM pg_tables WHERE tablename = %s", table) == [(True,)]
    with pytest.raises(Error) as refused, transaction.atomic():
        do(statement.format(table))
    assert constraint_of(refused.value) == f"{table}_is_append_only"


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", CHANGES)
def test_the_role_of_the_api_does_not_get_as_far_as_the_trigger(table: str, statement: str) -> None:
    url = url_for(os.environ[ADMIN_VARIABLE], role=APP, database=connection.settings_dict["NAME"])
    with psycopg.connect(url) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.execute(statement.format(table).encode())


def test_the_list_of_append_only_tables_is_that_of_the_triggers() -> None:
    found = rows("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%_is_append_only'")
    assert sorted(table for (table,) in found) == APPEND_ONLY


def test_functions_with_the_owners_rights_are_for_the_role_of_the_api_and_nobody_else() -> None:
    """None but those that are named, and triggers, which nobody can call."""
    found = rows(
        "SELECT oid::regprocedure::text, has_function_privilege(%s, oid, 'EXECUTE'), p.grantee IS NOT NULL"
        " FROM pg_proc LEFT JOIN LATERAL aclexplode(coalesce(proacl, acldefault('f', proowner))) p ON p.grantee = 0"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype",
        APP,
    )
    ours = [one for one in found if not one[0].startswith("procrastinate_")]
    assert sorted(ours) == [(name.replace(", ", ","), True, False) for name in sorted(settings.OWNERS_FUNCTIONS)]

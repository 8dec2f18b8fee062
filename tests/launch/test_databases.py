"""Two roles: one owns the tables, the other may use them and nothing else (R27)."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker, Settings

from launch.binaries import find_binaries
from launch.databases import APP, OWNER, database_exists, drop_database, ensure_roles, url_for
from launch.place import ROOT
from launch.postgres import Cluster
from launch.pytest_plugin import ADMIN_VARIABLE, TEST_SETTINGS, discard_database, migrated_database


@pytest.fixture(scope="module")
def owner_url(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    name = f"roles_{secrets.token_hex(4)}"
    with django_db_blocker.unblock():
        yield migrated_database(name)
    discard_database(name)


@pytest.fixture
def app(owner_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url_for(owner_url, role=APP), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("role", [OWNER, APP])
def test_neither_role_is_more_than_a_user(app: psycopg.Connection, role: str) -> None:
    query = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = %s"
    assert app.execute(query, [role]).fetchone() == (False,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n int)",
        "ALTER TABLE clinics_clinic ADD COLUMN n int",
        "DROP TABLE clinics_clinic CASCADE",
        "TRUNCATE clinics_clinic CASCADE",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "DELETE FROM django_migrations",
    ],
)
def test_the_app_cannot_touch_the_tables_themselves(app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_app_may_write_rows(app: psycopg.Connection) -> None:
    query = "SELECT has_table_privilege('clinics_clinic', %s)"
    assert [app.execute(query, [right]).fetchone() for right in ("SELECT", "INSERT", "UPDATE", "DELETE")] == [
        (True,)
    ] * 4


@pytest.mark.parametrize("table", django_settings.APPEND_ONLY_TABLES)
def test_the_app_may_only_add_to_history(app: psycopg.Connection, table: str) -> None:
    query = "SELECT has_table_privilege(%s, %s)"
    rights = [
        app.execute(query, [table, right]).fetchone() for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    ]
    assert rights == [(True,), (True,), (False,), (False,), (False,)]


@pytest.mark.django_db
def test_rights_are_not_granted_to_oneself_or_to_nobody(settings: Settings) -> None:
    for role, reason in ((OWNER, "is the owner itself"), ("no_such_role", "does not exist")):
        settings.APP_DATABASE_ROLE = role
        said = StringIO()
        call_command("grant_app_role", stdout=said)
        assert said.getvalue() == f"No rights to grant: role {role} {reason}.\n"


@pytest.mark.django_db
def test_a_history_that_is_not_there_yet_is_no_matter(settings: Settings) -> None:
    settings.APPEND_ONLY_TABLES = ["audit_auditentry", "not_there_yet"]
    call_command("grant_app_role", verbosity=0)


def test_making_roles_again_changes_nothing() -> None:
    ensure_roles(os.environ[ADMIN_VARIABLE])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://postgres@/postgres?host=/tmp/a%20b", "postgresql://app@/x?host=/tmp/a%20b"),
        ("postgresql://me:s%40c@db:5433/postgres", "postgresql://app:s%40c@db:5433/x"),  # pragma: allowlist secret
        ("postgresql://db/postgres?sslmode=require", "postgresql://app@db/x?sslmode=require"),
    ],
)
def test_another_role_and_database_in_a_url(url: str, expected: str) -> None:
    assert url_for(url, role="app", database="x") == expected


def test_the_container_s_script_makes_both_roles_and_the_database(tmp_path: Path) -> None:
    tmp_path = Path("/tmp") / f"eg-{secrets.token_hex(4)}"
    tmp_path.mkdir(mode=0o755)
    cluster = Cluster(tmp_path / "pg", TEST_SETTINGS)
    cluster.start()
    try:
        socket = str(cluster.home)
        env = {"PATH": f"{find_binaries()}:/usr/bin:/bin", "PGHOST": socket}
        env |= {"OWNER_PASSWORD": "it's", "APP_PASSWORD": "p2"}
        subprocess.run([ROOT / "docker/init-roles.sh"], env=env, check=True, capture_output=True)
        assert database_exists(cluster.url(), "evergreen")
        with psycopg.connect(cluster.url(OWNER, "evergreen"), autocommit=True) as connection:
            connection.execute("CREATE TABLE mine (n int)")
        with psycopg.connect(cluster.url()) as connection:
            query = "SELECT count(*) FROM pg_authid WHERE rolname = ANY(%s) AND rolpassword IS NOT NULL"
            assert connection.execute(query, [[OWNER, APP]]).fetchone() == (2,)
        drop_database(cluster.url(), "evergreen")
    finally:
        cluster.stop()
        shutil.rmtree(tmp_path)

"""Roles and databases on a server, through any connection that may make them."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER = "evergreen_owner"
APP = "evergreen_app"


def ensure_roles(admin_url: str) -> None:
    """Make the two ordinary roles: one owns the tables, the other only uses them (R27)."""
    password = urlsplit(admin_url).password
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role in (OWNER, APP):
            found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            if found:
                continue
            statement = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role))
            if password:
                statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
            connection.execute(statement)
        # So that an administrator who is no superuser may hand a database to the one and end the other's sessions.
        roles = sql.SQL(", ").join(map(sql.Identifier, (OWNER, APP)))
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(roles))


def database_exists(admin_url: str, name: str) -> bool:
    """Whether the server has a database of that name."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create_database(admin_url: str, name: str, *, template: str = "template0") -> None:
    """Create a database that belongs to the owner role, as a copy of `template`."""
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
    )
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(statement)


def drop_database(admin_url: str, name: str) -> None:
    """Drop a database, its sessions included; harmless when it is absent."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def url_for(admin_url: str, *, role: str | None = None, database: str | None = None) -> str:
    """`admin_url` with another role or database; password and place stay."""
    parts = urlsplit(admin_url)
    credentials, at, place = parts.netloc.rpartition("@")
    if role is not None:
        _, colon, password = credentials.partition(":")
        credentials, at = f"{role}{colon}{password}", "@"
    path = parts.path if database is None else f"/{database}"
    return urlunsplit(parts._replace(netloc=f"{credentials}{at}{place}", path=path))

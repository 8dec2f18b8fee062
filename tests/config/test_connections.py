"""Prepared statements outlive a rollback."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from backend.config.connections import PreparedConnection

pytestmark = pytest.mark.django_db


def connect(kind: type[psycopg.Connection[Any]]) -> psycopg.Connection[Any]:
    """A connection of our database that prepares at the first use."""
    settings = connection.settings_dict
    made = kind.connect(dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"], autocommit=True)
    made.prepare_threshold = 0
    return made


def kept_after_rollback(kind: type[psycopg.Connection[Any]]) -> int:
    """How many statements of three are still prepared after a savepoint and a transaction were rolled back."""
    with connect(kind) as open_connection:
        for number in range(3):
            open_connection.execute(f"SELECT {number}")
        open_connection.execute("BEGIN")
        open_connection.execute("SAVEPOINT here")
        open_connection.execute("ROLLBACK TO SAVEPOINT here")
        open_connection.rollback()
        asked = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT _'"
        [(count,)] = open_connection.execute(asked, prepare=False)
        open_connection.execute("SELECT 1")  # what is prepared still runs
    return int(count)


def test_the_pool_keeps_prepared_statements() -> None:
    assert kept_after_rollback(PreparedConnection) == 3


def test_the_driver_alone_forgets_them() -> None:
    """Why there is a class of our own; once this fails, it can go."""
    assert kept_after_rollback(psycopg.Connection) == 0

"""Removing rows whose time is over."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql

BATCH = 10_000
# By their place, so that a table needs no key; what another run is at is left to it.
_PRUNE = """
    DELETE FROM {table} WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM {table} WHERE {stale} LIMIT {batch} FOR UPDATE SKIP LOCKED))
"""


def prune(table: str, stale: str, values: Sequence[Any] = ()) -> int:
    """Delete the rows of which the condition `stale` holds, in batches, each its own transaction; how many there were.

    Call it outside a transaction, so that it never holds many rows at once.
    """
    total, deleted = 0, BATCH
    with connection.cursor() as cursor:
        statement = sql.SQL(_PRUNE).format(table=sql.Identifier(table), stale=sql.SQL(stale), batch=sql.Literal(BATCH))
        while deleted == BATCH:
            cursor.execute(statement.as_string(cursor.connection), values)
            deleted = cursor.rowcount
            total += deleted
    return total

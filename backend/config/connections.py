"""Connections of the pool."""

from typing import Any

import psycopg
from psycopg import _queries
from psycopg._preparing import PrepareManager

# What a text says once its placeholders are found is kept, up to 4096 characters and 50 values: what is longer is
# mostly an ORM's and never comes again. Ours does, with every search and booking, for a third of a millisecond.
_queries.MAX_CACHED_STATEMENT_LENGTH = 16_384
_queries.MAX_CACHED_STATEMENT_PARAMS = 200


class PreparedConnection(psycopg.Connection[Any]):
    """Keeps its prepared statements when a transaction is rolled back, as PostgreSQL does.

    The driver forgets all of them, lest a table was made, used and rolled back. Nothing here makes tables while it
    serves; but every refused booking rolls back, and unprepared the next ones cost several times as much.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepared = _Kept()


class _Kept(PrepareManager):
    def clear(self) -> bool:
        """Called after ROLLBACK; do nothing."""
        return False

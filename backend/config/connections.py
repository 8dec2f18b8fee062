"""Connections of the pool."""

from typing import Any

import psycopg
from psycopg._preparing import PrepareManager


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

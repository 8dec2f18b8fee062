"""Where uses of budgets are counted for all processes: in PostgreSQL, unless told to ask another server."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from django.db import connection


class Use(NamedTuple):
    """One use in the window of that key, which lasts so many seconds if this is the first."""

    key: str
    seconds: float
    unless: str = ""
    """The key of another window: while that is open, the use is free."""


class Count(NamedTuple):
    """How many uses the window of that key has seen, and when it ends."""

    key: str
    uses: int
    seconds_left: float


class Counts(Protocol):
    """What a server must do to count. It does each whole or not at all, whoever else counts at the same moment."""

    def spend(self, uses: Sequence[Use]) -> list[Count]:
        """Count uses of different keys; those that are free are left out of the answer."""

    def set_windows(self, seconds: Mapping[str, float]) -> None:
        """Open these windows, by key, anew for so long, with nothing used; 0 closes one."""

    def forget_ended(self) -> int:
        """Delete what is kept of windows that ended; how many."""


# Sorted, so that two who touch the same rows never wait for each other in a ring.
_SPEND = """
    INSERT INTO common_budgetuse AS known (key, ends_at, uses)
    SELECT key, now() + make_interval(secs => seconds), 1
    FROM unnest(%s::text[], %s::float8[], %s::text[]) AS charge (key, seconds, unless)
    WHERE NOT EXISTS (SELECT FROM common_budgetuse AS pass WHERE pass.key = unless AND pass.ends_at > now())
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE excluded.ends_at END,
        uses = CASE WHEN known.ends_at > now() THEN known.uses + 1 ELSE 1 END
    RETURNING key, uses, extract(epoch FROM known.ends_at - now())::float8
"""
_SET = """
    INSERT INTO common_budgetuse AS known (key, ends_at, uses)
    SELECT key, now() + make_interval(secs => seconds), 0
    FROM unnest(%s::text[], %s::float8[]) AS wanted (key, seconds) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at, uses = 0
"""
# Skipping what is in use: whoever spends takes several rows in an order of its own.
_FORGET = """
    DELETE FROM common_budgetuse WHERE key IN (
        SELECT key FROM common_budgetuse WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
    ) AND ends_at <= now()
"""


class PostgresqlCounts:
    """In the table of BudgetUse, which no crash keeps and no use waits for. Raises DatabaseError."""

    def spend(self, uses: Sequence[Use]) -> list[Count]:
        """In one statement."""
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, [[use[part] for use in uses] for part in range(3)])
            return [Count(*row) for row in cursor.fetchall()]

    def set_windows(self, seconds: Mapping[str, float]) -> None:
        """In one statement."""
        with connection.cursor() as cursor:
            cursor.execute(_SET, [list(seconds), list(map(float, seconds.values()))])

    def forget_ended(self) -> int:
        """As many as nobody uses at this moment."""
        with connection.cursor() as cursor:
            cursor.execute(_FORGET)
            return int(cursor.rowcount)

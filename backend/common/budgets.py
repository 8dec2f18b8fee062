"""How often something may be done in a while, counted in PostgreSQL so that all processes share the count (R20)."""

from django.conf import settings
from django.db import connection

from backend.common.errors import RateLimited

# Real time, not the domain's (R12): a sandbox that moves its clock must not move budgets.
_SPEND = """
    INSERT INTO common_budgetuse AS known (key, ends_at, uses) VALUES (%s, now() + make_interval(secs => %s), 1)
    ON CONFLICT (key) DO UPDATE SET
        ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE excluded.ends_at END,
        uses = CASE WHEN known.ends_at > now() THEN known.uses + 1 ELSE 1 END
    RETURNING uses, ceil(extract(epoch FROM known.ends_at - now()))::int
"""


def spend(name: str, whose: str) -> None:
    """Count one use of the budget `name` of settings.BUDGETS. Call it outside the transaction of what is paid for: a
    refused attempt counts too. Raises RateLimited, with the seconds until the window ends, once it is used up.
    """
    budget = settings.BUDGETS[name]
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [f"{name}:{whose}", budget.window.total_seconds()])
        uses, seconds_left = cursor.fetchone()
    if uses > budget.uses:
        raise RateLimited(retry_after_seconds=max(seconds_left, 1))

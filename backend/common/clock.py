"""The one clock of the domain: PostgreSQL's, plus an offset that can exist only outside production (R12).

Processes disagree about the time; the database that judges holds and notice does not. The function `domain_now()`
is made by a migration of this app, so SQL and Python read the same clock.
"""

from datetime import UTC, datetime

from django.db import connection
from django.db.models import DateTimeField, Func


class Present(Func):
    """The same instant inside a query."""

    function = "domain_now"
    output_field = DateTimeField()


def now() -> datetime:
    """The instant it is for holds, notice and every other domain rule. Aware, UTC. One round trip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT domain_now()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def real_now() -> datetime:
    """The server's own time, for tokens, links and budgets: to the second, as tokens carry it. Sandboxes do not move it
    (R12)."""
    return datetime.now(UTC).replace(microsecond=0)

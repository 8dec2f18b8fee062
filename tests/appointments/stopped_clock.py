"""The domain's clock stopped at an instant of the test's choice, to the microsecond."""

from datetime import datetime

from django.db import connection


def stop_clock(at: datetime) -> None:
    """Let `domain_now()` answer this, in SQL and Python alike, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION domain_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE"
            f" RETURN timestamptz '{at.isoformat()}'"  # a definition takes no parameters
        )

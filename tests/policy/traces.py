"""Whether a call left a trace in the database, and how to take back what one did."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Counts what is refused too: that is what it is for.
_BUDGETS = "common_budgetuse"
_OF_TABLE = "SELECT '{0}', count(*), md5(string_agg(t.xmin || t::text, ' ' ORDER BY t::text)) FROM {0} t"


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprint() -> dict[str, tuple[int, str]]:
    """Every table's rows, counted and hashed with the transaction that wrote each: not even a rewrite goes unseen."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {_BUDGETS}
        cursor.execute(" UNION ALL ".join(_OF_TABLE.format(table) for table in sorted(tables)))
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}

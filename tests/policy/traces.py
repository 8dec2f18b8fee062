"""Whether a call left a trace in the database, and how to take back what one did."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Counts what is refused too: that is what it is for.
BUDGETS = "common_budgetuse"
# No version of a row has the place of another while its transaction lasts, nor its writer after it, so what the row
# says need not be read.
_OF_TABLE = "SELECT '{0}', count(*), md5(string_agg(t.xmin || '@' || t.ctid, ' ' ORDER BY t.ctid)) FROM {0} t"
# Counted while it happens, also what is taken back later: to ask costs a hundredth of a fingerprint.
_WRITES = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname <> %s"


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprint() -> dict[str, tuple[int, str]]:
    """Every table's rows, counted and hashed by who wrote each and where: not even a rewrite goes unseen."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {BUDGETS}
        cursor.execute(" UNION ALL ".join(_OF_TABLE.format(table) for table in sorted(tables)))
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}


def writes() -> int:
    """How many rows this transaction wrote until now: with the same number before and after, nothing was touched."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITES, [BUDGETS])
        return int(cursor.fetchone()[0] or 0)

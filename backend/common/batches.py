"""Sending many inserts as one statement: a round trip costs more than the row it brings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Model

Insert = tuple[str, Sequence[Any]]


@contextmanager
def in_one_statement() -> Iterator[None]:
    """Inserts inside wait, and go out together: before anything else that is asked meanwhile, or at the end.

    Nothing is read before it is written, so code inside may stay as it is; only an insert's own error may come later,
    but still inside. Rows of one batch may not follow from one another by triggers. Inside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("inserts wait for one another inside a transaction only")
    waiting: list[Insert] = []

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip().startswith("INSERT ") and " RETURNING " not in sql and not many:
            waiting.append((sql, params or ()))
            return None
        _send(waiting)
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield
        _send(waiting)


def insert(row: Model) -> None:
    """Insert a row that has its key, reading back nothing: what the database fills in stays unknown here."""
    kind = type(row)
    kind._base_manager._insert([row], fields=kind._meta.local_concrete_fields, using=connection.alias)  # type: ignore[attr-defined]
    row._state.adding, row._state.db = False, connection.alias


def _send(waiting: list[Insert]) -> None:
    if not waiting:
        return
    inserts = ", ".join(f"insert_{number} AS ({sql})" for number, (sql, _) in enumerate(waiting))
    params = [param for _, own in waiting for param in own]
    waiting.clear()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {inserts} SELECT 1", params)  # nosemgrep: sql-made-of-values - texts the ORM made

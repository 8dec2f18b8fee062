"""Rows that come from elsewhere, and writing many of them in few statements."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models

from backend.common import clock
from backend.common.models import Row, VersionedRow

BATCH_LINES = 1000
_ROWS_A_STATEMENT = 500  # a statement takes at most 65535 values

T = TypeVar("T")
R = TypeVar("R", bound=Row)


class ImportedRow(VersionedRow):
    """`external_ref` is the row's name in the system it came from, by which an import finds it again."""

    external_ref = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 - absent is not the empty text

    class Meta:
        abstract = True


I = TypeVar("I", bound=ImportedRow)  # noqa: E741 (a type, read as such)


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, so many at a time that memory and statements stay small."""
    for begin in range(0, len(items), BATCH_LINES):
        yield items[begin : begin + BATCH_LINES]


def lock_known(model: type[I], refs: Sequence[str]) -> dict[str, I]:
    """The rows of these references, kept from others until the transaction ends; always locked in one order."""
    rows = model._default_manager.select_for_update(no_key=True).filter(external_ref__in=refs).order_by("pk")
    return {str(row.external_ref): row for row in rows}


class Writes:
    """Rows to remove, to change and to add; `save` writes them table by table, in the order in which they came.

    What goes or ends makes room for what comes, so removals are first and additions last.
    """

    def __init__(self) -> None:
        self._added: dict[type[Row], list[Row]] = defaultdict(list)
        self._changed: dict[type[VersionedRow], dict[Any, VersionedRow]] = defaultdict(dict)
        self._fields: dict[type[VersionedRow], set[str]] = defaultdict(set)
        self._removed: dict[type[Row], list[Any]] = defaultdict(list)

    def add(self, row: R) -> R:
        """Insert the row."""
        self._added[type(row)].append(row)
        return row

    def change(self, row: VersionedRow, values: Mapping[str, Any]) -> dict[str, Any]:
        """Write what differs, one version up; answers what stood there before, nothing if nothing differs."""
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        if before:
            for name in before:
                setattr(row, name, values[name])
            self._fields[type(row)] |= before.keys()
            self.touch(row)
        return before

    def touch(self, row: VersionedRow) -> None:
        """One version more, once: something changed that is told with the row. A row that is added has its first."""
        if row.pk not in self._changed[type(row)] and not row._state.adding:
            row.version += 1
            self._changed[type(row)][row.pk] = row

    def remove(self, row: Row) -> None:
        """Delete the row."""
        self._removed[type(row)].append(row.pk)

    def save(self) -> None:
        """Write everything, inside the caller's transaction."""
        now = clock.now()
        for model, keys in self._removed.items():
            model._default_manager.filter(pk__in=keys).delete()
        for changed_model, rows in self._changed.items():
            for row in rows.values():
                row.updated_at = now
            # A list of rows in the place of one CASE a column, which takes PostgreSQL far longer to read.
            changed_model._default_manager.bulk_create(
                rows.values(),
                batch_size=_ROWS_A_STATEMENT,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=[*sorted(self._fields[changed_model]), "version", "updated_at"],
            )
        for added_model, added in self._added.items():
            added_model._default_manager.bulk_create(added, batch_size=_ROWS_A_STATEMENT)

"""Rows thought up in memory, then written in few statements."""

from typing import TypeVar
from uuid import UUID
from zlib import crc32

from django.db import models

from backend.common.models import Row

M = TypeVar("M", bound=models.Model)
BATCH_ROWS = 500  # a statement takes at most 65535 values


class Draft:
    """Rows not yet written. Keys are made in Python, so drafted rows can point at each other."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = {}

    def add(self, row: M) -> M:
        """Remember a row; what it points at must have been added before it. Its id is the same in every seed."""
        rows = self._rows.setdefault(type(row), [])
        if isinstance(row, Row):
            row.pk = _lasting_id(row._meta.label, len(rows))
        rows.append(row)
        return row

    def of(self, model: type[M]) -> list[M]:
        """The drafted rows of one table."""
        return [row for row in self._rows.get(model, []) if isinstance(row, model)]

    def save(self) -> None:
        """Insert everything, table by table in the order of their first rows. Inside the caller's transaction."""
        for model, rows in self._rows.items():
            model._default_manager.bulk_create(rows, batch_size=BATCH_ROWS)


def _lasting_id(label: str, number: int) -> UUID:
    """A UUIDv7 of New Year 2026, so that apps find the same clinics and people again once the demo starts over."""
    milliseconds = 1_767_225_600_000
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (crc32(label.encode()) & 0xFFF) << 64 | 0x2 << 62 | number)

"""Rows that many tests begin with: thought up and put into SQL once for a date, then written again in one round trip.

From one test to the next only two instants differ: the present, and when the rows are written.
"""

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar, cast

from django.db import connection

from backend.common import clock
from backend.config.demo.draft import Draft

T = TypeVar("T")
_WRITTEN = "SELECT statement_timestamp()"  # the default of `created_at`, in all statements of one round trip the same


class Recall(Generic[T]):
    """`think` drafts rows at an instant, of which it may use nothing but itself and its date."""

    def __init__(self, think: Callable[[Draft, datetime], T]) -> None:
        self.think = think
        self.kept: dict[date, _Kept] = {}

    def write(self) -> T:
        """Write the rows. Every call has objects of its own."""
        now = clock.now()
        known = self.kept.get(now.date())
        return cast(T, known.objects(now, _run(known.sql_at(now)))) if known else self._first(now)

    def _first(self, now: datetime) -> T:
        draft, said = Draft(), []

        def listen(execute: Callable[..., Any], sql: str, params: Any, *more: Any) -> Any:
            said.append(cast(Any, connection.ops).compose_sql(sql, params))
            return execute(sql, params, *more)

        made = self.think(draft, now)
        began = _run(_WRITTEN)
        with connection.execute_wrapper(listen):
            draft.save()
        written = (began, _run(_WRITTEN))
        file = io.BytesIO()
        _Pickler(file, now, written).dump(made)
        self.kept[now.date()] = _Kept(now, "; ".join([*said, _WRITTEN]), file.getvalue())
        return made


def _run(sql: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while cursor.nextset():
            pass
        [instant] = cursor.fetchone()
    return cast(datetime, instant)


@dataclass(frozen=True)
class _Kept:
    now: datetime
    sql: str
    pickled: bytes

    def sql_at(self, now: datetime) -> str:
        return self.sql.replace(f"'{self.now}'", f"'{now}'")

    def objects(self, now: datetime, written: datetime) -> Any:
        return _Unpickler(io.BytesIO(self.pickled), now, written).load()


class _Pickler(pickle.Pickler):
    """Leaves the two instants out."""

    def __init__(self, file: io.BytesIO, now: datetime, written: tuple[datetime, datetime]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.now, self.written = now, written

    def persistent_id(self, obj: Any) -> str | None:
        if type(obj) is not datetime:
            return None
        first, last = self.written
        return "now" if obj == self.now else "written" if first <= obj <= last else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, now: datetime, written: datetime) -> None:
        super().__init__(file)
        self.instants = {"now": now, "written": written}

    def persistent_load(self, name: str) -> datetime:
        return self.instants[name]

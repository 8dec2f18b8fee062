"""Which columns of which tables a call writes."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from django.db import connection

from tests.policy.traces import BUDGETS, undone

Written = dict[str, set[str]]
"""By table: `+table` what new rows say, `table` what old rows say otherwise than before, `-table` that rows went."""

_COUNTS = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname <> %s"


def written(act: Callable[[], Any]) -> tuple[Any, Written]:
    """What `act` answers and what it wrote, which is taken back."""
    with undone():
        before = _counts()
        answer = act()
        touched = [name for name, count in _counts().items() if count != before.get(name)]
        after = {name: _rows(name) for name in touched}
    found: Written = defaultdict(set)
    for name in touched:
        for sign, columns in _differences(_rows(name), after[name]):
            found[sign + name] |= columns
    return answer, dict(found)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    for key in before.keys() | after.keys():
        if key not in before:
            yield "+", {name for name, value in after[key].items() if value}
        elif key not in after:
            yield "-", set()
        elif changed := {name for name, value in after[key].items() if value != before[key][name]}:
            yield "", changed


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [BUDGETS])
        return dict(cursor.fetchall())


def _rows(table: str) -> dict[str, Any]:
    """The rows by primary key; by all they say, where there is none."""
    with connection.cursor() as cursor:
        key = connection.introspection.get_primary_key_column(cursor, table)
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
        rows = [orjson.loads(text) for (text,) in cursor.fetchall()]
    return {str(row[key] if key else row): row for row in rows}

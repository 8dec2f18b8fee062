"""One archive of all that is kept about a patient."""

import io
import uuid
import zipfile
from collections.abc import Iterator

import orjson
from django.db import connection
from psycopg import sql

from backend.common import clock
from backend.privacy.queries.rows import rows_of
from backend.privacy.records import RECORDS

_ROWS = sql.SQL("SELECT to_jsonb(t) - {left_out}::text[] FROM {table} t WHERE {found} ORDER BY to_jsonb(t)->>'id'")


def make_archive(patient_id: uuid.UUID, *, user_id: uuid.UUID | None) -> bytes:
    """A zip with one JSON file for each kind of row, empty ones left out, and `about.json` that lists them.

    `user_id` is the patient's own account, if it is to be shown. Read it inside a transaction.
    """
    made, counts = io.BytesIO(), {}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in _records({"patient_id": patient_id, "user_id": user_id}):
            archive.writestr(f"{table}.json", _json(rows))
            counts[f"{table}.json"] = len(rows)
        archive.writestr("about.json", _json({"patient_id": patient_id, "made_at": clock.now(), "files": counts}))
    return made.getvalue()


def _records(whose: dict[str, uuid.UUID | None]) -> Iterator[tuple[str, list[object]]]:
    with connection.cursor() as cursor:
        for table, kept in RECORDS.items():
            if kept.unshown:
                continue
            left_out = sql.Literal(list(kept.left_out))
            statement = _ROWS.format(table=sql.Identifier(table), found=rows_of(table), left_out=left_out)
            cursor.execute(statement.as_string(cursor.connection), whose)
            rows = [orjson.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
            if rows:
                yield table, rows


def _json(data: object) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2)

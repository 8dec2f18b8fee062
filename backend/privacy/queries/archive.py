"""One archive of all that is kept about a patient."""

import io
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.db import connection
from psycopg import sql

from backend.common import clock
from backend.privacy.queries.access_log import accesses_to, see_accesses
from backend.privacy.queries.rows import rows_of
from backend.privacy.records import RECORDS

_ROWS = sql.SQL("SELECT to_jsonb(t) - {left_out}::text[] FROM {table} t WHERE {found} ORDER BY to_jsonb(t)->>'id'")


def make_archive(patient_id: uuid.UUID, *, reader_id: uuid.UUID, is_own: bool) -> bytes:
    """A zip with one JSON file for each kind of row, empty ones left out, and `about.json` that lists them.

    It is for the account `reader_id`, which is shown where it is the patient's own. Of the audit log it shows what the
    patient's access log does: raw entries tell of others. Read it inside a transaction.
    """
    made, counts = io.BytesIO(), {}
    whose: Mapping[str, Any] = {"patient_ids": [patient_id], "user_id": reader_id if is_own else None}
    entries = list(accesses_to([patient_id]).order_by("id"))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        accesses: list[Any] = see_accesses(entries, [patient_id], reader_id=reader_id)
        for name, rows in (*_records(whose), ("accesses", accesses)):
            archive.writestr(f"{name}.json", _json(rows))
            counts[f"{name}.json"] = len(rows)
        archive.writestr("about.json", _json({"patient_id": patient_id, "made_at": clock.now(), "files": counts}))
    return made.getvalue()


def _records(whose: Mapping[str, Any]) -> Iterator[tuple[str, list[object]]]:
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

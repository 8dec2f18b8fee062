"""How a person's rows are found in a table of the list of records."""

import uuid

from django.db import connection
from psycopg import sql

from backend.privacy.records import RECORDS


def rows_of(table: str) -> sql.Composable:
    """The condition by which rows are the person's, with parameters `patient_ids` and `user_id`."""
    kept = RECORDS[table]
    if kept.via is None:
        whose = sql.SQL("%(user_id)s::uuid" if kept.is_of_account else "ANY(%(patient_ids)s::uuid[])")
        return sql.SQL("{} = {}").format(sql.Identifier(kept.column), whose)
    column, parent = kept.via
    inner = sql.SQL("SELECT id FROM {} WHERE {}").format(sql.Identifier(parent), rows_of(parent))
    return sql.SQL("{} IN ({})").format(sql.Identifier(column), inner)


def taken_in(patient_id: uuid.UUID | None) -> list[uuid.UUID]:
    """The patient and the duplicates that were merged into it: what would be there twice stayed with them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT taken_in(%s)", [patient_id])
        return [one for (one,) in cursor.fetchall() if one is not None]


def depth_of(table: str) -> int:
    """How many tables it is away from those that name the person: what is found through others goes before them."""
    via = RECORDS[table].via
    return 1 + depth_of(via[1]) if via else 0

"""Deleting and blanking rows of one person, by the list of records.

Tables that are only added to are beyond the rights of the API's role: the database's own functions reach into them, for
a destruction that is due and for nothing else.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import sql

from backend.audit.blanking import note_blanked
from backend.privacy.enums import RecordClass
from backend.privacy.models import Destruction
from backend.privacy.queries.rows import depth_of, rows_of, taken_in
from backend.privacy.records import RECORDS

_USER = "accounts_user"
_AUDIT = "audit_auditentry"
# The account's row stays: others' records say who entered them. Who practised goes on being named there.
_BLANK_USER = """
    UPDATE accounts_user u
       SET email = u.id || '@closed.invalid', password = '!', phone = NULL, last_login = NULL, email_verified_at = NULL,
           language = 'en', version = version + 1, updated_at = domain_now(),
           given_name = CASE WHEN practises THEN given_name ELSE '' END,
           family_name = CASE WHEN practises THEN family_name ELSE '' END
      FROM (SELECT EXISTS (SELECT FROM practitioners_practitioner WHERE user_id = %(user_id)s) AS practises) AS p
     WHERE u.id = %(user_id)s
"""
_OPEN = "SELECT open_destruction(%s)"
_DELETE = sql.SQL("DELETE FROM {table} WHERE {found}")
_DELETE_WRITTEN = "SELECT destroy_written(%s, %s)"
_BLANK_ENTRIES = "SELECT entry_id, contents FROM blank_entries(%s)"
# What is in no class of records and goes with the clinical ones.
_BESIDES = {
    "privacy_mergedrow": "merge_id IN (SELECT id FROM privacy_patientmerge"
    " WHERE survivor_id = ANY(%(patient_ids)s) OR duplicate_id = ANY(%(patient_ids)s))",
    "privacy_patientmerge": "survivor_id = ANY(%(patient_ids)s) OR duplicate_id = ANY(%(patient_ids)s)",
    "privacy_export": "patient_id = ANY(%(patient_ids)s)",
}


def forget(destruction: Destruction) -> int:
    """Remove what is left of the class; how many rows. Raises CheckViolation by the database if it is not due."""
    whose: Mapping[str, Any] = {"user_id": destruction.user_id, "patient_ids": taken_in(destruction.patient_id)}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [destruction.pk])
        if destruction.kind is RecordClass.AUDIT:
            cursor.execute(_BLANK_ENTRIES, [destruction.pk])
            gone = {entry_id: bytes(contents) for entry_id, contents in cursor.fetchall()}
            return note_blanked(gone, destruction_id=destruction.pk)
        classes: list[RecordClass] = [destruction.kind]
        rows = 0
        if destruction.kind is RecordClass.CLINICAL:
            # What was entered for it since its own class was due cannot stay without it.
            classes.append(RecordClass.OPERATIONAL)
            rows += sum(_delete_from(cursor, table, sql.SQL(found), whose) for table, found in _BESIDES.items())
        rows += _delete(cursor, destruction.pk, classes, whose)
        if destruction.kind is RecordClass.ACCOUNT:
            cursor.execute(_BLANK_USER, whose)
            rows += cursor.rowcount
    return rows


def _delete(cursor: Any, destruction_id: uuid.UUID, classes: list[RecordClass], whose: Mapping[str, Any]) -> int:
    tables = [table for table, kept in RECORDS.items() if kept.record_class in classes and table != _USER]
    rows = 0
    for table in sorted(tables, key=depth_of, reverse=True):
        if table in settings.APPEND_ONLY_TABLES:
            cursor.execute(_DELETE_WRITTEN, [destruction_id, table])
            rows += cursor.fetchone()[0]
        else:
            rows += _delete_from(cursor, table, rows_of(table), whose)
    return rows


def _delete_from(cursor: Any, table: str, found: sql.Composable, whose: Mapping[str, Any]) -> int:
    statement = _DELETE.format(table=sql.Identifier(table), found=found)
    cursor.execute(statement.as_string(cursor.connection), whose)
    count: int = cursor.rowcount
    return count

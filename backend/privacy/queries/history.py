"""What retention counts from, for one person."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from psycopg import sql

from backend.accounts.models import User
from backend.clinics.models import Clinic
from backend.patients.models import Patient
from backend.privacy.queries.rows import rows_of, taken_in
from backend.privacy.records import RECORDS
from backend.privacy.retention import History

_WAYS = ("patient_links__patient_id__in", "appointments__patient_id__in")
_LATEST = sql.SQL("SELECT max({moment}) FROM {table} WHERE {found}")


def history_of(*, user_id: uuid.UUID | None, patient_id: uuid.UUID | None, closed_on: date) -> History:
    """As it is now: a visit after the closing moves what follows from it."""
    if patient_id is None:
        return History(closed_on)
    patient = Patient.objects.filter(pk=patient_id).first()
    patient_ids = taken_in(patient_id)
    known, been = (Clinic.objects.filter(**{name: patient_ids}) for name in _WAYS)
    return History(
        closed_on=closed_on,
        last_entry=_last_entry({"user_id": user_id, "patient_ids": patient_ids}),
        birth_date=patient.birth_date if patient else None,
        provinces=frozenset(known.union(been).values_list("province", flat=True)),
    )


def is_open_again(user_id: uuid.UUID) -> bool:
    """True where somebody let the person in again: nothing goes then."""
    return User.objects.filter(pk=user_id, is_active=True).exists()


def _last_entry(whose: Mapping[str, Any]) -> date | None:
    found: list[datetime] = []
    with connection.cursor() as cursor:
        for table, kept in RECORDS.items():
            if kept.moment:
                statement = _LATEST.format(
                    moment=sql.Identifier(kept.moment), table=sql.Identifier(table), found=rows_of(table)
                )
                cursor.execute(statement.as_string(cursor.connection), whose)
                found += [latest for (latest,) in cursor.fetchall() if latest]
    return max(found).astimezone(UTC).date() if found else None

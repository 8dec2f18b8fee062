"""The same SQL without the application: what the API sends, replayed by psycopg, prepared."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import psycopg
from django.db import transaction
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Json, Jsonb

from backend.appointments.actions.book_appointment import book_appointment
from backend.appointments.availability.gather import Question, gather
from backend.clinics.enums import Role
from backend.clinics.roles import ROLE_PERMISSIONS
from backend.common.access import Actor

APPLICATION = "floor"
Statements = list[tuple[str, Any]]


def connect(url: str) -> psycopg.Connection:
    """A connection that prepares at once, under a name of its own."""
    connection = psycopg.connect(url, autocommit=True, application_name=APPLICATION)
    connection.prepare_threshold = 0
    return connection


def recorded(act: Callable[[], object]) -> Statements:
    """What an act sends; whatever it did is taken back."""
    sent: Statements = []
    send: Any = CursorWrapper._execute  # type: ignore[attr-defined]

    def record(cursor: CursorWrapper, sql: str, params: Any, *rest: Any) -> Any:
        sent.append((sql, params))
        return send(cursor, sql, params, *rest)

    with transaction.atomic():
        with patch.object(CursorWrapper, "_execute", record):
            act()
        transaction.set_rollback(True)
    return sent


def search(question: Question) -> Statements:
    """The statements of a search."""
    return recorded(lambda: gather(question))


def booking(wanted: Wanted, patient: Somebody) -> Statements:
    """From the door to the last row: the lock, the facts behind it, the rows. Without the look before the door."""

    def act() -> None:
        book_appointment(patient.actor, **wanted.arguments)

    sent = [(sql, params) for sql, params in recorded(act) if "SAVEPOINT" not in sql]
    door = next(number for number, (sql, _) in enumerate(sent) if "pg_advisory_xact_lock" in sql)
    return sent[door:]


def replay(connection: psycopg.Connection, statements: Statements) -> None:
    """Send them in one transaction and read what comes."""
    with connection.transaction():
        send(connection, statements)


def send(connection: psycopg.Connection, statements: Statements) -> None:
    """Send them without a transaction, as the API does for a search, and read what comes."""
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql.encode(), _plain(params))
            if cursor.description:
                cursor.fetchall()


def _plain(params: Any) -> Any:
    def one(value: Any) -> Any:
        return Jsonb(value.obj) if isinstance(value, Json) else value

    if isinstance(params, dict):
        return {name: one(value) for name, value in params.items()}
    return [one(value) for value in params or ()]


@dataclass(frozen=True)
class Wanted:
    """A start with one practitioner."""

    service_id: uuid.UUID
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID
    starts_at: datetime

    @property
    def arguments(self) -> dict[str, Any]:
        """As the action takes it."""
        return dict(vars(self))

    @property
    def body(self) -> dict[str, str]:
        """As the API takes it."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in vars(self).items()
        }


@dataclass(frozen=True)
class Somebody:
    """A patient who signs in."""

    user_id: uuid.UUID
    patient_id: uuid.UUID

    @property
    def actor(self) -> Actor:
        """With the rights that the API would find."""
        return Actor(
            user_id=self.user_id,
            session_id=self.user_id,
            is_email_verified=True,
            own_patient_id=self.patient_id,
            family=dict.fromkeys(ROLE_PERMISSIONS[Role.PATIENT], frozenset({self.patient_id})),
            patient_ids=frozenset({self.patient_id}),
            practitioner_id=None,
            everywhere=frozenset(),
            clinics={},
            own_calendar=frozenset(),
        )


def naive_search(connection: psycopg.Connection, people: list[uuid.UUID], days: list[datetime]) -> int:
    """How it is often done: for each practitioner their hours and visits, for each start a look at each visit."""
    found = 0
    for person in people:
        hours = connection.execute(_HOURS, [person]).fetchall()
        taken = connection.execute(_TAKEN, [person, days[0], days[-1] + timedelta(days=1)]).fetchall()
        for day in days:
            found += sum(
                not any(begin < start + HALF_HOUR and start < end for begin, end in taken)
                for start in _starts(day, hours)
            )
    return found


HALF_HOUR = timedelta(minutes=30)
_HOURS = "SELECT weekday, from_minute, until_minute FROM practitioners_workinghours WHERE practitioner_id = %s"
_TAKEN = """
    SELECT occupied_from, occupied_until FROM appointments_appointment
    WHERE practitioner_id = %s AND occupied_from >= %s AND occupied_from < %s
      AND status IN ('held', 'booked', 'confirmed', 'checked_in', 'in_progress')
"""


def _starts(day: datetime, hours: list[tuple[Any, ...]]) -> Iterator[datetime]:
    for weekday, begin, until in hours:
        if weekday == day.isoweekday():
            for minute in range(begin, until, 30):
                yield day + timedelta(minutes=minute)

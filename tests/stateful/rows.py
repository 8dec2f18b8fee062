"""What the tables hold of visits and holds, read past the product, and what must be true of every change."""

import uuid
from datetime import datetime
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

BLOCKING = {"held", "booked", "confirmed", "checked_in", "in_progress"}
# Written out here, so that the product's own table is judged too.
LEGAL = {
    ("held", "booked"),
    ("held", "expired"),
    ("booked", "confirmed"),
    ("booked", "checked_in"),
    ("booked", "cancelled"),
    ("booked", "no_show"),
    ("confirmed", "checked_in"),
    ("confirmed", "cancelled"),
    ("confirmed", "no_show"),
    ("checked_in", "in_progress"),
    ("checked_in", "cancelled"),
    ("in_progress", "completed"),
}


class Row(NamedTuple):
    """A visit or hold, and how many rows of history and events speak of it."""

    id: uuid.UUID
    status: str
    version: int
    revision: int
    timezone: str
    local_start: str
    occupied_from: datetime
    starts_at: datetime
    ends_at: datetime
    occupied_until: datetime
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID
    room_id: uuid.UUID
    patient_id: uuid.UUID | None
    hold_expires_at: datetime | None
    histories: int
    events: int

    @property
    def place(self) -> tuple[object, ...]:
        """Where and when it is."""
        return self[4:13]


Rows = dict[uuid.UUID, Row]
_COLUMNS = ", ".join(f"a.{name}" for name in Row._fields[:-2])
_ALL = f"""
    SELECT {_COLUMNS},
           (SELECT count(*) FROM appointments_transition t WHERE t.appointment_id = a.id),
           (SELECT count(*) FROM events_domainevent e WHERE e.subject_id = a.id)
    FROM appointments_appointment a
"""


def read_rows() -> Rows:
    """All of them."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        return {row[0]: Row(*row) for row in cursor.fetchall()}


def check_change(before: Row | None, after: Row) -> None:
    """One step or one change: one version more, one row of history, one event, and a state that may follow."""
    if before is None:
        assert after.status in ("held", "booked"), after
        assert (after.version, after.histories, after.events) == (1, 1, 1), after
        return
    grown = [getattr(after, name) - getattr(before, name) for name in ("version", "histories", "events")]
    assert grown == [1, 1, 1], (before, after)
    assert before.status == after.status or (before.status, after.status) in LEGAL, (before, after)
    assert after.revision - before.revision == int(before.place != after.place), (before, after)
    assert before.place == after.place or before.status == after.status, (before, after)


def check_promises(rows: Rows) -> None:
    """Every visit is where the wall clock promised it."""
    for row in rows.values():
        assert row.starts_at.astimezone(ZoneInfo(row.timezone)).isoformat()[:16] == row.local_start, row


def check_overlaps(rows: Rows) -> None:
    """Nobody and no room is in two places at once."""
    for one, other in combinations([row for row in rows.values() if row.status in BLOCKING], 2):
        if one.occupied_from < other.occupied_until and other.occupied_from < one.occupied_until:
            assert one.practitioner_id != other.practitioner_id, (one, other)
            assert one.room_id != other.room_id, (one, other)
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            assert one.patient_id is None or one.patient_id != other.patient_id, (one, other)

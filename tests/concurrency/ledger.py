"""What the tables say, asked by SQL alone: nothing here trusts the code under test."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.live import LiveApi

BLOCKING = "('held', 'booked', 'confirmed', 'checked_in', 'in_progress')"


def rows(api: LiveApi, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query, as the owner."""
    with psycopg.connect(api.owner_database_url) as database:
        return database.execute(query, values).fetchall()


def write(api: LiveApi, statement: str, *values: Any) -> None:
    """Run a statement as the owner and commit."""
    with psycopg.connect(api.owner_database_url) as database:
        database.execute(statement, values)


def write_named(api: LiveApi, statement: str, values: Mapping[str, Any]) -> None:
    """The same, with values by name."""
    with psycopg.connect(api.owner_database_url) as database:
        database.execute(statement, values)


def double_bookings(api: LiveApi) -> int:
    """Pairs of rows that claim one practitioner, room or patient for the same time."""
    pairs = [
        f"""SELECT count(*) FROM appointments_appointment a JOIN appointments_appointment b
            ON a.{resource}_id = b.{resource}_id AND a.id < b.id AND a.{begin} < b.{end} AND b.{begin} < a.{end}
            WHERE a.status IN {BLOCKING} AND b.status IN {BLOCKING}"""
        for resource, begin, end in (
            ("practitioner", "occupied_from", "occupied_until"),
            ("room", "occupied_from", "occupied_until"),
            ("patient", "starts_at", "ends_at"),
        )
    ]
    return sum(count for ((count,),) in (rows(api, pair) for pair in pairs))


# A row that lacks its last step, or a step without its event, or a booking or hold without its deed.
_HALF = """
    SELECT a.id FROM appointments_appointment a
    WHERE a.created_at >= %s AND (
        a.status IS DISTINCT FROM (SELECT to_status FROM appointments_transition t
                                   WHERE t.appointment_id = a.id ORDER BY t.at DESC, t.id DESC LIMIT 1)
        OR (SELECT count(*) FROM appointments_transition t WHERE t.appointment_id = a.id)
           <> (SELECT count(*) FROM events_domainevent e WHERE e.subject_id = a.id)
        OR (a.booked_at IS NOT NULL)::int
           <> (SELECT count(*) FROM audit_auditentry d WHERE d.subject_id = a.id AND d.action = 'appointment.booked')
        OR (a.held_by_id IS NOT NULL)::int
           <> (SELECT count(*) FROM audit_auditentry d WHERE d.subject_id = a.id AND d.action = 'hold.created'))
    UNION ALL
    SELECT e.subject_id FROM events_domainevent e
    WHERE (e.type LIKE 'appointment.%%' OR e.type LIKE 'hold.%%')
      AND e.subject_id <> ALL (SELECT id FROM appointments_appointment)
"""


def half_rows(api: LiveApi, since: Any) -> list[Any]:
    """Ids of visits and holds born since then that lack history, event or audit entry, or of events without a row."""
    return [found for (found,) in rows(api, _HALF, since)]


def now(api: LiveApi) -> Any:
    """The database's instant."""
    return rows(api, "SELECT clock_timestamp()")[0][0]


def visits(api: LiveApi, ids: Iterable[str]) -> dict[str, str]:
    """The states of these rows, by id."""
    found = rows(api, "SELECT id, status FROM appointments_appointment WHERE id = ANY(%s::uuid[])", list(ids))
    return {str(key): status for key, status in found}


def born_since(api: LiveApi, since: Any) -> dict[str, str]:
    """The states of all rows born since then, by id."""
    found = rows(api, "SELECT id, status FROM appointments_appointment WHERE created_at >= %s", since)
    return {str(key): status for key, status in found}


def deadlocks(api: LiveApi) -> int:
    """How often PostgreSQL broke a ring in this database. Backends report at their end, so the server restarts."""
    api.restart()
    return _reported(api)


def _reported(api: LiveApi) -> int:
    count: int = rows(api, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0]
    return count


@contextmanager
def no_deadlocks(api: LiveApi) -> Iterator[None]:
    """Fails when PostgreSQL had to break a ring meanwhile, or shortly before."""
    before = _reported(api)
    yield
    assert deadlocks(api) == before


# By its start a second wait of the same backend is told from the first.
_WAITS = """
    SELECT l.pid, l.waitstart FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.datname = current_database()
"""


def wait_for_waiters(api: LiveApi, count: int) -> None:
    """Return when so many different waits for a lock have been seen in the database. Fails after ten seconds."""
    seen: set[Any] = set()
    deadline = time.monotonic() + 10
    with psycopg.connect(api.owner_database_url, autocommit=True) as database:
        while len(seen) < count:
            assert time.monotonic() < deadline, f"{len(seen)} of {count} waited"
            seen |= set(database.execute(_WAITS).fetchall())
            time.sleep(0.01)

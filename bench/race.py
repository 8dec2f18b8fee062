"""Sixty-four clients, one start, round after round: over HTTP, and as a check before an insert would have it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg

from bench.floor import Wanted
from bench.place import Client

_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
_DOUBLE = """
    SELECT count(*) FROM appointments_appointment a JOIN appointments_appointment b
      ON a.practitioner_id = b.practitioner_id AND a.id < b.id
     AND a.occupied_from < b.occupied_until AND b.occupied_from < a.occupied_until
    WHERE a.status = 'booked' AND b.status = 'booked' AND a.practitioner_id = ANY(%s)
"""


def hot_slots(admin: psycopg.Connection, clients: Sequence[Client], wishes: Sequence[Wanted]) -> dict[str, Any]:
    """Everybody wants each of these starts at the same moment."""
    deadlocks = _one(admin, _DEADLOCKS)
    answers: list[tuple[int, float]] = []
    winners: Counter[int] = Counter()
    for wanted in wishes:
        round_ = at_once([partial(_timed, client, wanted) for client in clients])
        winners[sum(status == 201 for status, _ in round_)] += 1
        answers += round_
    seconds = sorted(seconds for _, seconds in answers)
    people = list({wanted.practitioner_id for wanted in wishes})
    return {
        "clients": len(clients),
        "starts": len(wishes),
        "starts_with_one_winner": winners[1],
        "statuses": dict(Counter(str(status) for status, _ in answers)),
        "double_booked": admin.execute(_DOUBLE, [people]).fetchall()[0][0],
        "deadlocks": _one(admin, _DEADLOCKS) - deadlocks,
        "p50_ms": round(seconds[len(seconds) // 2] * 1000),
        "p99_ms": round(seconds[len(seconds) * 99 // 100] * 1000),
        "worst_ms": round(seconds[-1] * 1000),
    }


def _timed(client: Client, wanted: Wanted) -> tuple[int, float]:
    began = time.perf_counter()
    status, _ = client.send("POST", "appointments", wanted.body)
    return status, time.perf_counter() - began


def check_then_insert(admin: psycopg.Connection, url: str, *, clients: int, slots: int) -> dict[str, Any]:
    """The control: look whether the start is free, then insert, without locks or constraints."""
    admin.execute("CREATE TABLE naive (slot integer NOT NULL)")
    admin.execute("GRANT ALL ON naive TO PUBLIC")
    connections = [psycopg.connect(url, autocommit=True) for _ in range(clients)]

    def book(connection: psycopg.Connection, slot: int) -> None:
        with connection.transaction():
            if not connection.execute("SELECT FROM naive WHERE slot = %s", [slot]).fetchone():
                connection.execute("INSERT INTO naive VALUES (%s)", [slot])

    for slot in range(slots):
        at_once([partial(book, connection, slot) for connection in connections])
    for connection in connections:
        connection.close()
    double = _one(admin, "SELECT count(*) FROM (SELECT FROM naive GROUP BY slot HAVING count(*) > 1) AS taken")
    rows = _one(admin, "SELECT count(*) FROM naive")
    admin.execute("DROP TABLE naive")
    return {"clients": clients, "starts": slots, "double_booked_starts": double, "rows_written": rows}


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let all act at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _one(admin: psycopg.Connection, statement: str) -> int:
    return int(admin.execute(statement.encode()).fetchall()[0][0])

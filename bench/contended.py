"""A crowd that wants the same few times, practitioners, rooms and patients at once, for as long as one likes."""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg

from bench.crowd import Fight, Tally, at_work, fight
from bench.place import Api, Client

ROUND = 5_000  # attempts on one morning; then the books are looked through and the next morning is fought for
HTTP_CLIENTS, PROCESSES = 8, 4
PATIENTS = 24
MORNING = [17 * 60 + 15 * n for n in range(9)]  # ten to noon by the clock of the clinics, in minutes of UTC

# Two rows that claim one resource for the same time while both were active: cancelled ones count for as long as they
# stood. Clocks are read behind the locks, so who comes after another is later.
_DOUBLE = """
    SELECT count(*) FROM appointments_appointment a JOIN appointments_appointment b
      ON a.{resource}_id = b.{resource}_id AND a.id < b.id AND a.{begin} < b.{end} AND b.{begin} < a.{end}
     AND a.booked_at < coalesce(b.cancelled_at, 'infinity') AND b.booked_at < coalesce(a.cancelled_at, 'infinity')
    WHERE a.booked_at >= %(since)s AND b.booked_at >= %(since)s
"""
_RESOURCES = (
    ("practitioner", "occupied_from", "occupied_until"),
    ("room", "occupied_from", "occupied_until"),
    ("patient", "starts_at", "ends_at"),
)
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def run(owner_url: str, app_url: str, *, attempts: int, connections: int, path: Path) -> dict[str, Any]:
    """Fight until so many attempts were made, round after round; what is found is kept after each.

    Further runs add to what the file holds.
    """
    with psycopg.connect(owner_url, autocommit=True) as admin:
        wanted, emails = _seed(admin)
        before = json.loads(path.read_text())["runs"] if path.exists() else []
        os.environ.update(DATABASE_URL=app_url, DB_POOL_SIZE=str(connections // PROCESSES))
        api = Api(app_url)
        figures: dict[str, Any] = {"connections": connections + HTTP_CLIENTS, "began": _now()}
        inside, outside, double = Tally(), Tally(), dict.fromkeys((name for name, *_ in _RESOURCES), 0)
        try:
            with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
                for number in range(-(-attempts // ROUND)):
                    since, count = _now(), min(ROUND, attempts - number * ROUND)
                    morning = replace(wanted, starts=_morning(number))
                    _round(morning, emails, count, connections, pool, api, inside, outside)
                    for name, found in _double(admin, since).items():
                        double[name] += found
                    figures |= _told(inside, outside, double, _one(admin, _DEADLOCKS)) | {"ended": _now()}
                    _keep(path, [*before, figures])
                    print(f"{inside.outcomes.total() + outside.outcomes.total():,} of {attempts:,}", flush=True)
        finally:
            api.stop()
        while _one(admin, _OTHERS):  # backends report at their end
            time.sleep(0.1)
        figures["deadlocks"] = _one(admin, _DEADLOCKS)
    return _keep(path, [*before, figures])


def _round(
    wanted: Fight, emails: list[str], count: int, connections: int, pool: ProcessPoolExecutor, api: Api,
    inside: Tally, outside: Tally,
) -> None:  # fmt: skip
    """One attempt of twenty over HTTP, all others through the action itself, at the same time."""
    by_http = count // 20
    share, threads = (count - by_http) // PROCESSES, connections // PROCESSES
    working = [pool.submit(fight, wanted, share, threads) for _ in range(PROCESSES)]
    clients = [Client(api, email, _password()) for email in emails[:HTTP_CLIENTS]]
    lock = threading.Lock()

    def ask() -> None:
        with lock:
            client = clients.pop()
        for _ in range(by_http // HTTP_CLIENTS):
            body = {name: str(value) for name, value in wanted.wish().items() if value}
            body["starts_at"] = body["starts_at"].replace(" ", "T")
            began = time.perf_counter()
            status, answer = client.call("POST", "appointments", body)
            seconds = time.perf_counter() - began
            with lock:
                outside.note("won" if status == 201 else answer["code"], seconds)
            if status == 201:
                client.call("POST", f"appointments/{answer['id']}/cancel", {"reason_code": "other"})

    at_work(ask, HTTP_CLIENTS)
    for one in working:
        inside.add(one.result())


def _seed(admin: psycopg.Connection) -> tuple[Fight, list[str]]:
    """One clinic, three practitioners, two rooms; buffers, and a start every quarter of an hour."""
    from django.db import connection

    from backend.clinics.models import Room, Service
    from backend.patients.models import Patient
    from bench import seed

    chain = seed.seed_places(1, 3)
    Room.objects.order_by("-name")[:1].get().delete()
    Service.objects.update(step_minutes=15, before_minutes=5, after_minutes=10)
    admin.execute("ANALYZE")
    emails = chain.emails[:PATIENTS]
    people = list(Patient.objects.filter(user__email__in=emails).values_list("user_id", "pk"))
    connection.close()  # the last to go is to be the one that counts
    return Fight(chain.service_id, chain.clinic_ids[0], [], chain.practitioner_ids, people), emails


def _password() -> str:
    from bench.seed import PASSWORD

    return PASSWORD


def _morning(number: int) -> list[datetime]:
    """The starts of a workday, each round another; after six weeks from the first again."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today + timedelta(days=ahead) for ahead in range(2, 44)]
    workdays = [day for day in days if day.isoweekday() <= 5]
    return [workdays[number % len(workdays)] + timedelta(minutes=minute) for minute in MORNING]


def _double(admin: psycopg.Connection, since: str) -> dict[str, int]:
    found = {}
    for resource, begin, end in _RESOURCES:
        statement = _DOUBLE.format(resource=resource, begin=begin, end=end)
        found[resource] = int(admin.execute(statement.encode(), {"since": since}).fetchall()[0][0])
    return found


def _told(inside: Tally, outside: Tally, double: dict[str, int], deadlocks: int) -> dict[str, Any]:
    both = Tally()
    both.add(inside)
    both.add(outside)
    return {
        "attempts": both.outcomes.total(),
        "over_http": outside.outcomes.total(),
        "outcomes": dict(both.outcomes.most_common()),
        "times_at_the_locks": inside.entered,
        "double_booked": dict(double),
        "deadlocks": deadlocks,
        "p50_ms": both.percentile(0.5),
        "p99_ms": both.percentile(0.99),
        "worst_ms": round(both.worst_seconds * 1000),
        "worst_over_http_ms": round(outside.worst_seconds * 1000),
    }


def _keep(path: Path, runs: list[dict[str, Any]]) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    summed = {name: sum(one[name] for one in runs) for name in ("attempts", "over_http", "deadlocks")}
    summed["double_booked"] = sum(sum(one["double_booked"].values()) for one in runs)
    summed["worst_ms"] = max(one["worst_ms"] for one in runs)
    path.write_text(json.dumps({"all": summed, "runs": runs}, indent=2) + "\n")
    return summed


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _one(admin: psycopg.Connection, statement: str) -> int:
    return int(admin.execute(statement.encode()).fetchall()[0][0])

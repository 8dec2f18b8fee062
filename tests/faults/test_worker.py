"""kill -9 of the worker in the middle of a job: the job runs again, and what always fails ends on a list."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.api_client import PASSWORD
from tests.concurrency.crowd import Caller, newcomers
from tests.concurrency.queue import wait_with
from tests.concurrency.starts import every_start
from tests.faults.test_database import hang_up
from tests.live import LiveApi, MakeLiveApi, wait_for

QUICK = {"WORKERS": "1", "WORKER_TIMEOUT_SECONDS": "1.5", "DB_STATEMENT_TIMEOUT_MS": "60000"}
POISON = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, attempts, args)
    VALUES ('default', 'accounts.send_mail', %s, '{"mail": "no such mail", "user_id": "", "mail_id": ""}') RETURNING id
"""


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api(env=QUICK, seed=False)


def rows(api: LiveApi, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(api.owner_database_url, autocommit=True) as database:
        return database.execute(statement.encode(), values).fetchall()


@contextmanager
def locked(api: LiveApi, table: str) -> Iterator[None]:
    """Nobody else reads or writes the table."""
    with psycopg.connect(api.owner_database_url) as database:
        database.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


def somebody_waits_for(api: LiveApi, table: str) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    return rows(api, waiting, table) != [(0,)]


def mails(api: LiveApi, email: str) -> int:
    return sum(f"To: {email}" in file.read_text() for file in (api.log_path.parent / "mail").glob("*"))


def end_worker(api: LiveApi) -> None:
    if api.worker is not None:
        api.worker.stop()
    api.worker = None


def test_a_job_whose_worker_is_killed_in_the_middle_runs_again(api: LiveApi) -> None:
    email = "ada@people.test"
    person = {"email": email, "password": PASSWORD, "given_name": "Ada", "family_name": "Featherstone"}
    end_worker(api)
    assert Caller(api).post("auth/register", person).status == 202
    [(job_id,)] = rows(api, "SELECT id FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
    state = "SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s"
    with locked(api, "accounts_user"):
        worker = api.have_worker()
        wait_for(lambda: somebody_waits_for(api, "accounts_user"))
        worker.kill()
    assert rows(api, state, job_id) == [("doing", 0)]
    assert mails(api, email) == 0
    end_worker(api)
    api.have_worker()
    wait_for(lambda: rows(api, state, job_id) == [])
    assert mails(api, email) == 1


WARN = """
    WITH credential AS (SELECT id, practitioner_id FROM practitioners_credential
                        WHERE valid_until IS NOT NULL ORDER BY id LIMIT 1),
         event AS (INSERT INTO events_domainevent (id, type, subject_id, payload)
                   SELECT gen_random_uuid(), 'credential.expiring.v1', id, '{"warning_days": 7}' FROM credential
                   RETURNING id)
    INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    SELECT 'default', 'practitioners.ask_for_renewal', jsonb_build_object('event_id', id) FROM event
    RETURNING id, args->>'event_id'
"""


@pytest.fixture(scope="module")
def seeded(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api(env=QUICK)


@pytest.mark.parametrize("moment", ["before it wrote", "after it wrote, before it said so"])
def test_what_a_job_writes_is_written_once(seeded: LiveApi, moment: str) -> None:
    """Killed while it waits to write, and killed once that is committed but the job is not marked as done."""
    api = seeded
    end_worker(api)
    [(job_id, event_id)] = rows(api, WARN)
    received = "SELECT count(*) FROM events_delivery WHERE event_id = %s"
    doing = "SELECT status::text FROM procrastinate_jobs WHERE id = %s"
    tasks = "SELECT count(*), count(DISTINCT clinic_id) FROM tasks_task WHERE is_urgent"
    [(before, _)] = rows(api, tasks)
    with locked(api, "tasks_task"):
        worker = api.have_worker()
        wait_for(lambda: somebody_waits_for(api, "tasks_task") and rows(api, doing, job_id) == [("doing",)])
        if moment.startswith("before"):
            worker.kill()
        else:
            job = psycopg.connect(api.owner_database_url)
            job.execute("SELECT FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [job_id])
    if moment.startswith("after"):
        wait_for(lambda: rows(api, received, event_id) == [(1,)])
        worker.kill()
        hang_up(api)  # or what the dead one has asked for would still be done
        job.close()
    else:
        assert rows(api, received, event_id) == [(0,)]
    assert rows(api, doing, job_id) == [("doing",)]
    end_worker(api)
    api.have_worker()
    wait_for(lambda: rows(api, "SELECT FROM procrastinate_jobs WHERE id = %s", job_id) == [])
    assert rows(api, received, event_id) == [(1,)]
    [(after, clinics)] = rows(api, tasks)
    assert after == clinics > 0, "one for each clinic of the practitioner, whichever came first"
    assert before in (0, after)


def test_what_always_fails_is_tried_again_and_ends_as_failed(api: LiveApi) -> None:
    api.have_worker()
    [(fresh,)], [(tried,)] = rows(api, POISON, 0), rows(api, POISON, 7)
    state = "SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs WHERE id = %s"
    wait_for(lambda: rows(api, state, tried) == [("failed", 8, None)])
    wait_for(lambda: rows(api, state, fresh) == [("todo", 1, True)])


def test_a_job_that_keeps_killing_its_workers_ends_as_failed(api: LiveApi) -> None:
    api.have_worker()
    dead = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
    with psycopg.connect(api.owner_database_url) as database:
        [(worker_id,)] = database.execute(dead).fetchall()
        [(job_id,)] = database.execute(POISON.encode(), [7]).fetchall()
        database.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker_id, job_id]
        )
    wait_for(lambda: rows(api, "SELECT status::text FROM procrastinate_jobs WHERE id = %s", job_id) == [("failed",)])


@pytest.mark.parametrize("moment", ["before it offered", "after it offered, before it said so"])
def test_a_time_is_offered_once_though_the_worker_was_killed(seeded: LiveApi, moment: str) -> None:
    """Killed while it writes the offer, and killed once hold and offer are committed but the job is not done."""
    api = seeded
    end_worker(api)
    start = next(start for start, _ in every_start(api, "physio-initial", 20 if moment.startswith("b") else 40, 7))
    [caller] = newcomers(api, 1)
    one = wait_with(start, caller)
    [(job_id,)] = rows(api, "SELECT max(id) FROM procrastinate_jobs WHERE task_name = 'appointments.offer_free_time'")
    offers = "SELECT hold_id FROM appointments_waitlistoffer WHERE entry_id = %s"
    doing = "SELECT status::text FROM procrastinate_jobs WHERE id = %s"
    held = "SELECT count(*) FROM appointments_appointment WHERE status = 'held' AND held_by_id IS NULL"
    [(before,)] = rows(api, held)
    with psycopg.connect(api.owner_database_url) as others:
        others.execute("LOCK TABLE appointments_waitlistoffer IN EXCLUSIVE MODE")
        worker = api.have_worker()
        wait_for(lambda: somebody_waits_for(api, "appointments_waitlistoffer"))
        if moment.startswith("before"):
            worker.kill()
            hang_up(api)
        else:
            job = psycopg.connect(api.owner_database_url)
            job.execute("SELECT FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [job_id])
    if moment.startswith("after"):
        wait_for(lambda: len(rows(api, offers, one.entry_id)) == 1)
        worker.kill()
        hang_up(api)
        job.close()
    else:
        assert (rows(api, offers, one.entry_id), rows(api, held)) == ([], [(before,)]), "neither, or both"
    assert rows(api, doing, job_id) == [("doing",)]
    end_worker(api)
    api.have_worker()
    wait_for(lambda: rows(api, "SELECT FROM procrastinate_jobs WHERE id = %s", job_id) == [])
    assert len(rows(api, offers, one.entry_id)) == 1
    assert rows(api, held) == [(before + 1,)]

"""Jobs belong to the transaction of the change; who subscribed to an event deals with it once."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, ClassVar

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from backend.common import jobs, request_id
from backend.common.worker import pace
from backend.events import subscriptions
from backend.events.actions import publish, publish_all
from backend.events.event import Event
from backend.events.models import DomainEvent
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True, kw_only=True)
class KettleBoiled(Event):
    type: ClassVar[str] = "kettle.boiled.v1"


class Kitchen:
    """Two who want to know of kettles; `breaks` makes the second fail."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[str, uuid.UUID]] = Counter()
        self.breaks = False

    def make_tea(self, event: DomainEvent) -> None:
        self.seen["tea", event.subject_id] += 1

    def make_coffee(self, event: DomainEvent) -> None:
        self.seen["coffee", event.subject_id] += 1
        if self.breaks:
            raise RuntimeError("no beans")


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kitchen]:
    made = Kitchen()
    monkeypatch.setattr(subscriptions, "_jobs_of", subscriptions._jobs_of.copy())
    subscriptions.on(KettleBoiled, name="test.make_tea")(made.make_tea)
    subscriptions.on(KettleBoiled, name="test.make_coffee")(made.make_coffee)
    yield made
    for name in ("test.make_tea", "test.make_coffee"):
        del app.tasks[name]


def queued() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, status::text FROM procrastinate_jobs ORDER BY id")
        return list(cursor.fetchall())


def boil(count: int = 1) -> list[uuid.UUID]:
    kettles = [uuid.uuid4() for _ in range(count)]
    publish_all([KettleBoiled(subject_id=kettle) for kettle in kettles])
    return kettles


def test_each_subscriber_has_a_job_of_its_own(kitchen: Kitchen) -> None:
    (kettle,) = boil()
    assert run_jobs() == ["test.make_tea", "test.make_coffee"]
    assert kitchen.seen == {("tea", kettle): 1, ("coffee", kettle): 1}


def test_a_rollback_takes_the_jobs_back(kitchen: Kitchen) -> None:
    with transaction.atomic():
        publish(KettleBoiled(subject_id=uuid.uuid4()))
        assert len(queued()) == 2
        transaction.set_rollback(True)
    assert queued() == []


def test_a_job_is_the_row_that_procrastinate_would_write(kitchen: Kitchen) -> None:
    """It is inserted past its function: a release that writes another row shows here."""
    arguments: dict[str, Any] = {"event_id": str(uuid.uuid4()), "request_id": request_id.current()}
    jobs.enqueue("test.make_tea", event_id=arguments["event_id"])
    JobManager(DjangoConnector()).batch_defer_jobs([app.tasks["test.make_tea"].configure(task_kwargs=arguments).job])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(j) - 'id' FROM procrastinate_jobs j ORDER BY id")
        ours, theirs = cursor.fetchall()
        cursor.execute("SELECT job_id, type::text FROM procrastinate_events ORDER BY job_id")
        assert [kind for _, kind in cursor.fetchall()] == ["deferred", "deferred"]
    assert ours == theirs


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_enqueued() -> None:
    with pytest.raises(RuntimeError):
        jobs.enqueue("accounts.send_mail")
    assert queued() == []


def test_only_known_jobs_are_enqueued() -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("no.such_job")


@pytest.mark.parametrize("count", [1, 20])
def test_all_jobs_of_all_events_cost_one_statement(kitchen: Kitchen, count: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        boil(count)
    assert len(queries) == 2
    assert len(queued()) == 2 * count


def test_events_nobody_asked_for_cost_none() -> None:
    with CaptureQueriesContext(connection) as queries:
        boil()
    assert len(queries) == 1


def test_a_job_that_runs_again_does_nothing_more(kitchen: Kitchen) -> None:
    boil()
    event = DomainEvent.objects.get()
    run_jobs()
    for name in ("test.make_tea", "test.make_coffee"):
        app.tasks[name].func(event_id=str(event.id))
    assert set(kitchen.seen.values()) == {1}


def test_one_that_fails_is_not_counted_as_done_and_holds_nobody_up(kitchen: Kitchen) -> None:
    (kettle,) = boil()
    kitchen.breaks = True
    with pytest.raises(RuntimeError):
        run_jobs()
    assert kitchen.seen["tea", kettle] == 1
    kitchen.breaks = False
    assert run_jobs() == ["test.make_coffee"]
    assert kitchen.seen["coffee", kettle] == 2


def failed_jobs(**options: Any) -> str:
    call_command("failed_jobs", stdout=(said := StringIO()), **options)
    return said.getvalue()


def test_failed_jobs_are_listed_replayed_and_discarded(kitchen: Kitchen) -> None:
    (kettle,) = boil()
    (tea, *_), (coffee, *_) = queued()
    assert failed_jobs() == "0 failed jobs.\n"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 8")
    first, second, count = failed_jobs().splitlines()
    assert first.startswith(f"{tea}  test.make_tea  8 attempts  ")
    assert second.startswith(f"{coffee}  test.make_coffee  8 attempts  ")
    assert count == "2 failed jobs."
    failed_jobs(replay=tea)
    failed_jobs(discard=coffee)
    assert queued() == [(tea, "test.make_tea", "todo")]
    run_jobs()
    assert kitchen.seen == {("tea", kettle): 1}
    with pytest.raises(CommandError, match=f"No failed job has the id {tea}"):
        failed_jobs(replay=tea)


def test_the_pace_of_jobs(kitchen: Kitchen) -> None:
    def now() -> str:
        with connection.cursor() as cursor:
            return pace(lambda statement, values: (cursor.execute(statement, values), cursor)[1])

    def do(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert now() == "no worker"
    with pytest.raises(CommandError, match="no worker"):
        call_command("work", check=True)
    do("INSERT INTO procrastinate_workers DEFAULT VALUES")
    boil()
    assert now() == "on time"
    call_command("work", check=True)
    do("UPDATE procrastinate_events SET at = now() - interval '2 minutes'")
    assert now() == "late"
    do("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    assert now() == "on time", "a job that is not due is not late"
    do("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert now() == "no worker"

"""Jobs: work that a transaction leaves behind, done by the worker (`manage.py work`), on procrastinate in the same
PostgreSQL.

A job is enqueued in the transaction of the change it follows from, so that a rollback takes it back. It runs at least
once: who was killed in the middle is missed by its heartbeat, and its job runs again. Arguments are ids and words,
never secrets nor health data. What fails eight times stays behind as failed: `manage.py failed_jobs`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import DEFAULT_PRIORITY, DEFAULT_QUEUE

from backend.common import request_id as request_ids

RETRIES = 7
# 4, 16, 64 ... seconds: over six hours in all, so that a mail server may be away for a morning.
_RETRY = RetryStrategy(max_attempts=RETRIES, exponential_wait=4)
# 3, 9, 27 ... seconds: over an hour in all; the next round comes anyway.
_RETRY_ROUND = RetryStrategy(max_attempts=RETRIES, exponential_wait=3)
# By hand what procrastinate's own function does, so that nothing is read back and it goes out with other inserts
# (`in_one_statement`); over Django's connection, so that jobs that enqueue jobs do so in their transaction, too.
_DEFER = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
    SELECT %s, wanted.name, %s, wanted.arguments
    FROM unnest(%s::text[], %s::text[]::jsonb[]) AS wanted (name, arguments)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job to enqueue: the name it was registered under, and its arguments as JSON has them."""

    name: str
    arguments: Mapping[str, Any]


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function, with keyword arguments only, as the job of that name."""

    def register(do: Callable[..., None]) -> Callable[..., None]:
        def run(*, request_id: str = "", **arguments: Any) -> None:
            request_ids.begin(request_id)
            do(**arguments)

        app.task(name=name, retry=_RETRY)(run)
        return do

    return register


def every(cron: str, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function as a job that runs again and again, by UTC. Never two at once, and none is queued twice."""

    def register(do: Callable[[], object]) -> Callable[[], object]:
        def run(timestamp: int) -> None:  # noqa: ARG001 (procrastinate tells when it was due)
            request_ids.begin("")
            do()

        task = app.task(name=name, retry=_RETRY_ROUND, lock=name, queueing_lock=name)(run)
        app.periodic(cron=cron)(task)
        return do

    return register


def enqueue(name: str, **arguments: Any) -> None:
    """Leave one job behind; else as `enqueue_all`."""
    enqueue_all([Wanted(name, arguments)])


def enqueue_all(jobs: Iterable[Wanted]) -> None:
    """Leave jobs behind in one statement, in the transaction of the change they follow from; outside one it refuses.

    They know the request they come from. Raises KeyError for a name that is not registered.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a job is enqueued in the transaction of what it follows from")
    names, arguments = [], []
    for one in jobs:
        names.append(app.tasks[one.name].name)
        arguments.append(json.dumps({**one.arguments, "request_id": request_ids.current()}))
    if names:
        with connection.cursor() as cursor:
            cursor.execute(_DEFER, [DEFAULT_QUEUE, DEFAULT_PRIORITY, names, arguments])

"""The process that does the jobs, and what tells whether it keeps up."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status

from backend.common.jobs import RETRIES

_GRACE_SECONDS = 10
logger = logging.getLogger(__name__)


class Pace(StrEnum):
    """Whether jobs are done as they come."""

    ON_TIME = "on time"
    LATE = "late"
    NO_WORKER = "no worker"


_LATE_SECONDS = 60
# Twice the timeout: a worker that was replaced just now is not missed at once.
_PACE = """
    SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)),
           EXISTS (SELECT FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
                   WHERE j.status = 'todo' AND e.type = 'deferred'
                     AND greatest(e.at, j.scheduled_at) < now() - make_interval(secs => %s))
"""


def pace(execute: Callable[[str, list[float]], Any]) -> Pace:
    """Whether a worker lives, and whether a job has waited for more than a minute; asked by `execute` of a cursor."""
    lives, is_late = execute(_PACE, [2 * settings.WORKER_TIMEOUT_SECONDS, _LATE_SECONDS]).fetchone()
    if not lives:
        return Pace.NO_WORKER
    return Pace.LATE if is_late else Pace.ON_TIME


def work() -> None:
    """Do jobs until SIGTERM or SIGINT; what has begun is finished first. Ends also when the database hangs up."""
    asyncio.run(_work())


async def _work() -> None:
    timeout = settings.WORKER_TIMEOUT_SECONDS
    # Not Django's connector: listening for jobs needs connections of its own.
    with app.replace_connector(app.connector.get_worker_connector()) as ours:  # type: ignore[attr-defined]
        async with ours.open_async():
            rescuer = asyncio.create_task(_keep_rescuing(ours, timeout))
            try:
                await ours.run_worker_async(
                    concurrency=settings.WORKER_JOBS,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                    update_heartbeat_interval=timeout / 3,
                    stalled_worker_timeout=timeout,
                    shutdown_graceful_timeout=_GRACE_SECONDS,
                )
            finally:
                rescuer.cancel()


async def _keep_rescuing(ours: App, timeout: float) -> None:
    while True:
        try:
            await rescue(ours, timeout)
        except ConnectorException:
            logger.exception("could not look for jobs of workers that died")
        await asyncio.sleep(timeout / 3)


async def rescue(ours: App, timeout: float) -> None:
    """Queue again the jobs of workers whose heart has stopped; a job that keeps killing its workers ends as failed."""
    for stalled in await ours.job_manager.get_stalled_jobs(seconds_since_heartbeat=timeout):
        facts: dict[str, Any] = {"job_id": stalled.id, "job_name": stalled.task_name}
        try:
            if stalled.attempts >= RETRIES:
                await ours.job_manager.finish_job(stalled, status=Status.FAILED, delete_job=False)
            else:
                await ours.job_manager.retry_job(stalled, retry_at=datetime.now(UTC))
        except ConnectorException:  # another worker was quicker
            continue
        logger.warning("the worker of a job died", extra=facts)

"""Saying that a task is done."""

import uuid

from django.db import transaction

from backend.common import clock
from backend.common.access import Actor
from backend.tasks.actions._write import change, lock_open
from backend.tasks.enums import TaskStatus
from backend.tasks.event_types import TaskCompleted
from backend.tasks.models import Task


def complete_task(actor: Actor, *, task_id: uuid.UUID, expected_version: int | None) -> Task:
    """Mark an open task as done by the caller. Raises NotFound, EtagMismatch, TaskDone."""
    with transaction.atomic():
        task = lock_open(actor, task_id, expected_version)
        done = {"status": TaskStatus.DONE, "done_by_id": actor.user_id, "done_at": clock.now()}
        change(actor, task, done, TaskCompleted)
    return task

"""Saying who is to do a task."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.tasks.actions._write import change, lock_open
from backend.tasks.event_types import TaskAssigned
from backend.tasks.models import Task
from backend.tasks.queries import assignable_to

_NO_MEMBER = gettext_noop("This person does not work at the clinic of the task.")


def assign_task(
    actor: Actor, *, task_id: uuid.UUID, assignee_id: uuid.UUID | None, expected_version: int | None
) -> Task:
    """Give an open task to a member of its clinic or an owner, or with None back to everybody there.

    Raises NotFound, EtagMismatch, TaskDone, ValidationFailed.
    """
    with transaction.atomic():
        task = lock_open(actor, task_id, expected_version)
        if assignee_id is not None:
            _refuse_stranger(task, assignee_id)
        if task.assignee_id != assignee_id:
            change(actor, task, {"assignee_id": assignee_id}, TaskAssigned)
    return task


def _refuse_stranger(task: Task, user_id: uuid.UUID) -> None:
    if not assignable_to(task).filter(pk=user_id).exists():
        raise ValidationFailed(errors=(FieldError("/assignee_id", FieldCode.INVALID, _NO_MEMBER),))

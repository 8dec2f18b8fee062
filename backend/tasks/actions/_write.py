"""What every change that a person makes to a task goes through."""

import uuid
from typing import Any

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.tasks.enums import TaskStatus
from backend.tasks.errors import TaskDone
from backend.tasks.event_types import TaskEvent
from backend.tasks.models import Task
from backend.tasks.queries import get_task_for


def lock_open(actor: Actor, task_id: uuid.UUID, expected_version: int | None) -> Task:
    """An open task of the caller's, kept from others until the transaction ends. Raises NotFound, EtagMismatch,
    TaskDone."""
    get_task_for(actor, task_id, Permission.TASK_MANAGE)
    task: Task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
    if expected_version not in (None, task.version):
        raise EtagMismatch
    if task.status != TaskStatus.OPEN:
        raise TaskDone
    return task


def change(actor: Actor, task: Task, values: dict[str, Any], happened: type[TaskEvent]) -> None:
    """Write the values, one version more, and tell of it."""
    before = {name: getattr(task, name) for name in values}
    for name, value in values.items():
        setattr(task, name, value)
    task.version += 1
    task.updated_at = clock.now()
    task.save(update_fields=[*values, "version", "updated_at"])
    publish(happened(subject_id=task.pk, clinic_id=task.clinic_id, kind=task.kind))
    record(
        actor,
        happened.type.rpartition(".v")[0],
        subject_type="task",
        subject_id=task.pk,
        patient_id=task.patient_id,
        clinic_id=task.clinic_id,
        before={name: value and str(value) for name, value in before.items()},
        after={name: value and str(value) for name, value in values.items()},
    )

"""Tasks as those see them who are to do them."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task


def list_tasks(
    actor: Actor,
    *,
    clinic_ids: Collection[uuid.UUID] = (),
    kinds: Collection[TaskKind] = (),
    status: TaskStatus | None = None,
    assignee_id: uuid.UUID | None = None,
) -> QuerySet[Task]:
    """The caller's tasks, with the names of who is to do them and who did."""
    rows: QuerySet[Task] = Task.objects.visible_to(actor).select_related("assignee", "done_by")
    if clinic_ids:
        rows = rows.filter(clinic_id__in=clinic_ids)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if status is not None:
        rows = rows.filter(status=status)
    return rows if assignee_id is None else rows.filter(assignee_id=assignee_id)


def get_task_for(actor: Actor, task_id: uuid.UUID, permission: Permission = Permission.TASK_READ) -> Task:
    """A task over which the caller holds the right. Raises NotFound."""
    rows = Task.objects.visible_to(actor, permission).select_related("assignee", "done_by")
    task: Task | None = rows.filter(pk=task_id).first()
    if task is None:
        raise NotFound
    return task

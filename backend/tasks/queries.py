"""Tasks as those see them who are to do them."""

import uuid
from collections.abc import Collection

from django.db.models import Prefetch, Q, QuerySet

from backend.accounts.models import User
from backend.clinics.enums import Role
from backend.clinics.models import Membership
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
    is_assigned: bool | None = None,
    is_urgent: bool | None = None,
) -> QuerySet[Task]:
    """The caller's tasks, with the names of who is to do them and who did."""
    rows: QuerySet[Task] = Task.objects.visible_to(actor).select_related("assignee", "done_by")
    if clinic_ids:
        rows = rows.filter(clinic_id__in=clinic_ids)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if status is not None:
        rows = rows.filter(status=status)
    if is_assigned is not None:
        rows = rows.filter(assignee__isnull=not is_assigned)
    if is_urgent is not None:
        rows = rows.filter(is_urgent=is_urgent)
    return rows if assignee_id is None else rows.filter(assignee_id=assignee_id)


def assignable_to(task: Task) -> QuerySet[User]:
    """Who can be given the task: who works at its clinic, and the owners of the chain."""
    works_there = Membership.objects.filter(Q(clinic_id=task.clinic_id) | Q(role=Role.OWNER))
    there = Prefetch("memberships", works_there.order_by("role"), to_attr="there")
    people = User.objects.filter(is_active=True, pk__in=works_there.values("user_id"))
    return people.prefetch_related(there)


def get_task_for(actor: Actor, task_id: uuid.UUID, permission: Permission = Permission.TASK_READ) -> Task:
    """A task over which the caller holds the right. Raises NotFound."""
    rows = Task.objects.visible_to(actor, permission).select_related("assignee", "done_by")
    task: Task | None = rows.filter(pk=task_id).first()
    if task is None:
        raise NotFound
    return task

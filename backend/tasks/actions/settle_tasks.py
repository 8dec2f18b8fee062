"""Closing tasks whose cause is gone."""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from backend.audit.actions import Deed, record_all
from backend.common import clock
from backend.events.actions import publish_all
from backend.tasks.enums import TaskStatus
from backend.tasks.event_types import TaskCompleted
from backend.tasks.models import Task


def settle_tasks(*, task_ids: Collection[uuid.UUID], reason: str) -> int:
    """Mark open tasks as done by nobody, since what they asked for came about; how many there were."""
    with transaction.atomic():
        rows = Task.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=task_ids, status=TaskStatus.OPEN)
        tasks, now = list(rows.order_by("pk")), clock.now()
        found = Task.objects.filter(pk__in=[task.pk for task in tasks])
        found.update(status=TaskStatus.DONE, done_at=now, updated_at=now, version=F("version") + 1)
        publish_all([TaskCompleted(subject_id=one.pk, clinic_id=one.clinic_id, kind=one.kind) for one in tasks])
        record_all([_deed(one) for one in tasks], reason=reason)
    return len(tasks)


def _deed(task: Task) -> Deed:
    return Deed(
        action="task.completed",
        subject_type="task",
        subject_id=task.pk,
        patient_id=task.patient_id,
        clinic_id=task.clinic_id,
        before={"status": TaskStatus.OPEN.value},
        after={"status": TaskStatus.DONE.value},
    )

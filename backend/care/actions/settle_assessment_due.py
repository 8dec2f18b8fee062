"""Closing the tasks of assessments that somebody has signed."""

import uuid

from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task


def settle_assessment_due(*, patient_id: uuid.UUID) -> int:
    """In the transaction of the signature; how many there were."""
    rows = Task.objects.filter(kind=TaskKind.ASSESSMENT_DUE, status=TaskStatus.OPEN, patient_id=patient_id)
    return settle_tasks(task_ids=list(rows.values_list("pk", flat=True)), reason="the assessment was signed")

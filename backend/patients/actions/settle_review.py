"""Closing the tasks of screenings that wait for nobody any more."""

import uuid
from collections.abc import Collection

from backend.patients.queries.reviews import review_key
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskStatus
from backend.tasks.models import Task


def settle_review(*, screening_ids: Collection[uuid.UUID], reason: str) -> int:
    """Settle them; how many there were."""
    keys = [review_key(screening_id) for screening_id in screening_ids]
    open_ones = Task.objects.filter(dedupe_key__in=keys, status=TaskStatus.OPEN).values_list("pk", flat=True)
    return settle_tasks(task_ids=list(open_ones), reason=reason) if keys else 0

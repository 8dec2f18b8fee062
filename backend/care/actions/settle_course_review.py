"""Closing the task of a review that is done, or of a course that is over."""

from backend.care.models import Course
from backend.care.queries.course_sessions import review_key
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskStatus
from backend.tasks.models import Task


def settle_course_review(*, course: Course, reason: str) -> int:
    """Settle it; how many there were."""
    open_ones = Task.objects.filter(dedupe_key=review_key(course), status=TaskStatus.OPEN)
    return settle_tasks(task_ids=list(open_ones.values_list("pk", flat=True)), reason=reason)

"""Closing the tasks of visits that are at risk no more."""

from backend.appointments.models import Appointment
from backend.appointments.queries.uncovered import at_risk_among
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task


def settle_at_risk() -> int:
    """Settle the tasks of visits that were moved, reassigned or cancelled, are covered again, or have begun; how many
    there were.
    """
    rows = Task.objects.filter(kind=TaskKind.VISIT_AT_RISK, status=TaskStatus.OPEN)
    about = dict(rows.values_list("pk", "appointment_id"))
    still = {one.appointment_id for one in at_risk_among(Appointment.objects.filter(pk__in=about.values()))}
    gone = [task_id for task_id, visit_id in about.items() if visit_id not in still]
    return settle_tasks(task_ids=gone, reason="the visit is at risk no more")

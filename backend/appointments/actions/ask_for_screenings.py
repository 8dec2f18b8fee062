"""Asking again whose answers run out before a visit that is booked (R13)."""

from datetime import date, timedelta

from backend.appointments.enums import MOVABLE_STATUSES
from backend.appointments.models import Appointment
from backend.appointments.queries.pathway import without_answers_on_the_day
from backend.common import clock
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task

# Early enough to ask, late enough for answers to hold on the day.
AHEAD = timedelta(days=7)


def ask_for_screenings() -> int:
    """Open a task for each visit of the coming week whose patient's answers do not reach its day, and settle those of
    visits where they do, or that are no longer to come. The visits stay. How many were new."""
    now = clock.now()
    soon = Appointment.objects.filter(
        status__in=MOVABLE_STATUSES, service__needs_screening=True, starts_at__gt=now, starts_at__lte=now + AHEAD
    )
    due = without_answers_on_the_day(soon.order_by("pk"))
    tasks = Task.objects.filter(kind=TaskKind.SCREENING_DUE, status=TaskStatus.OPEN)
    gone = tasks.exclude(appointment_id__in=[visit.pk for visit in due]).values_list("pk", flat=True)
    settle_tasks(task_ids=list(gone), reason="the answers reach the visit, or it is not to come")
    return open_tasks(wanted=[_task(visit) for visit in due], reason="the answers run out before the visit")


def _task(visit: Appointment) -> NewTask:
    day = date.fromisoformat(visit.local_start[:10])
    return NewTask(
        clinic_id=visit.clinic_id,
        kind=TaskKind.SCREENING_DUE,
        text=f"{visit.local_start.replace('T', ' ')}: ask the patient the health questions again before the visit.",
        due_date=day,
        dedupe_key=f"screening-due:{visit.pk}:{day}",
        appointment_id=visit.pk,
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
    )

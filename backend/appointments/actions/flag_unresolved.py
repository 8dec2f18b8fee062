"""Asking the desk what became of visits that are over."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.appointments.enums import BLOCKING_STATUSES, Status
from backend.appointments.models import Appointment
from backend.common import clock
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task

# Treatments run late; nobody is treated for half a day.
_LATE = timedelta(hours=12)
_BATCH = 500


def flag_unresolved() -> int:
    """Open a task for each visit that is over while nobody has said whether the patient came, and settle the tasks of
    those where somebody has. The visits stay as they are: what happened is for people to say. How many were new.
    """
    now = clock.now()
    visits = _unresolved(now).filter(~Exists(_tasks().filter(appointment_id=OuterRef("pk"))))
    found = list(visits.select_related("service").order_by("pk")[:_BATCH])
    still = _unresolved(now).filter(pk=OuterRef("appointment_id"))
    settled = _tasks().filter(~Exists(still), status=TaskStatus.OPEN).values_list("pk", flat=True)[:_BATCH]
    settle_tasks(task_ids=list(settled), reason="the visit was resolved")
    return open_tasks(wanted=[_task(visit) for visit in found], reason="the visit is over")


def _unresolved(now: datetime) -> QuerySet[Appointment]:
    unattended = Q(status__in=[Status.BOOKED, Status.CONFIRMED], ends_at__lte=now)
    forgotten = Q(status__in=[Status.CHECKED_IN, Status.IN_PROGRESS], ends_at__lte=now - _LATE)
    # Said twice, so that the index over what blocks time serves: resolved visits are ever more, these stay few.
    blocking = Q(status__in=[str(status) for status in BLOCKING_STATUSES], occupied_from__lt=now)
    return Appointment.objects.filter(blocking, unattended | forgotten)


def _tasks() -> QuerySet[Task]:
    found: QuerySet[Task] = Task.objects.filter(kind=TaskKind.VISIT_UNRESOLVED)
    return found


def _task(visit: Appointment) -> NewTask:
    return NewTask(
        clinic_id=visit.clinic_id,
        kind=TaskKind.VISIT_UNRESOLVED,
        text=f"{visit.service.name}, {visit.local_start.replace('T', ' ')}: complete the visit or mark it as no-show.",
        due_date=date.fromisoformat(visit.local_start[:10]),
        dedupe_key=f"visit-unresolved:{visit.pk}",
        appointment_id=visit.pk,
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
    )

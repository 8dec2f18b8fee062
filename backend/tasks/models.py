"""The to-do list of front desks and practitioners (R28)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.clinics.models import Clinic
from backend.common.constraints import one_of
from backend.common.models import VersionedRow
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.querysets import TaskQuerySet


class Task(VersionedRow):
    """Something that people of a clinic are to see to. What it is about are bare ids: apps above know the rows (R24).

    `due_date` is a date at the clinic. `dedupe_key` names the cause, so that one cause opens one task, ever. A task
    that is done without `done_by` was settled by itself: what it asked for came about elsewhere.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=30, choices=TaskKind)
    text = models.CharField(max_length=300)
    due_date = models.DateField()
    is_urgent = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=TaskStatus, default=TaskStatus.OPEN)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    appointment_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    practitioner_id = models.UUIDField(null=True)
    credential_id = models.UUIDField(null=True)
    dedupe_key = models.CharField(max_length=200)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="task_is_opened_once"),
            one_of("kind", TaskKind.values, name="task_kind_is_known"),
            one_of("status", TaskStatus.values, name="task_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status=TaskStatus.DONE) & Q(done_at__isnull=True, done_by__isnull=True)
                | Q(status=TaskStatus.DONE, done_at__isnull=False),
                name="task_is_done_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "status", "due_date", "id"], name="task_by_clinic"),
            models.Index(fields=["practitioner_id"], name="task_by_practitioner"),
            models.Index(fields=["appointment_id", "kind"], name="task_by_appointment"),
        ]

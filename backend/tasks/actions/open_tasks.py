"""Opening tasks, for apps above that found something to do."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from backend.audit.actions import Deed, record_all
from backend.events.actions import publish_all
from backend.tasks.enums import TaskKind
from backend.tasks.event_types import TaskOpened
from backend.tasks.models import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What there is to do, and about what. `text` is for staff; never health data (D11). See `models.Task`."""

    clinic_id: uuid.UUID
    kind: TaskKind
    text: str
    due_date: date
    dedupe_key: str
    is_urgent: bool = False
    appointment_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    practitioner_id: uuid.UUID | None = None
    credential_id: uuid.UUID | None = None


def open_tasks(*, wanted: Sequence[NewTask], reason: str) -> int:
    """Open those tasks whose cause has opened none yet, however often and at once it is asked; how many were new."""
    rows = [Task(**asdict(one)) for one in wanted]
    with transaction.atomic():
        # ON CONFLICT DO NOTHING: a twin in flight is waited for.
        Task.objects.bulk_create(rows, ignore_conflicts=True)
        opened = list(Task.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))
        publish_all([TaskOpened(subject_id=task.pk, clinic_id=task.clinic_id, kind=task.kind) for task in opened])
        record_all([_deed(task) for task in opened], reason=reason)
    return len(opened)


def _deed(task: Task) -> Deed:
    return Deed(
        action="task.opened",
        subject_type="task",
        subject_id=task.pk,
        patient_id=task.patient_id,
        clinic_id=task.clinic_id,
        after={"kind": task.kind, "due_date": str(task.due_date)},
    )

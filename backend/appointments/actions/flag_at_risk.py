"""Asking the desk to see to visits that a change of set-up broke."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.clinics.consequences import AffectedVisit
from backend.common import clock
from backend.common.ids import uuid7
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task

_SOON = timedelta(days=2)
_LONGEST = 300


def flag_at_risk(*, affected: Sequence[AffectedVisit]) -> int:
    """Open a task for each, in the transaction of the change, unless one is open; how many were new. The visits stay
    as they are: who comes when is for people to say.
    """
    about = [one.appointment_id for one in affected]
    rows = Task.objects.filter(kind=TaskKind.VISIT_AT_RISK, status=TaskStatus.OPEN, appointment_id__in=about)
    known, now = set(rows.values_list("appointment_id", flat=True)), clock.now()
    wanted = [_task(one, now) for one in affected if one.appointment_id not in known]
    return open_tasks(wanted=wanted, reason="the visit is no longer covered")


def _task(one: AffectedVisit, now: datetime) -> NewTask:
    local = one.starts_at.isoformat()[:16].replace("T", " ")
    why = ", ".join(one.rules)
    return NewTask(
        clinic_id=one.clinic_id,
        kind=TaskKind.VISIT_AT_RISK,
        text=f"Move, reassign or cancel: {local}, {one.practitioner_name}: {why}."[:_LONGEST],
        due_date=one.starts_at.date(),
        # Each time it breaks is a cause of its own: it may have been covered again in between.
        dedupe_key=f"visit-at-risk:{one.appointment_id}:{uuid7()}",
        is_urgent=one.starts_at - now < _SOON,
        appointment_id=one.appointment_id,
        patient_id=one.patient_id,
        practitioner_id=one.practitioner_id,
    )

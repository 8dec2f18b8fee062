"""Asking the clinic to let a physiotherapist look at answers."""

from datetime import timedelta

from backend.patients.models import PatientClinic, Screening
from backend.patients.queries.reviews import review_key
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind

_WITHIN = timedelta(days=2)


def ask_for_review(*, screening: Screening) -> int:
    """Open a task at the clinic that came to know the patient last; none where no clinic knows them yet. The text
    names no answer (D11). How many were new."""
    link = PatientClinic.objects.filter(patient_id=screening.patient_id).order_by("-pk").first()
    if link is None:
        return 0
    task = NewTask(
        clinic_id=link.clinic_id,
        kind=TaskKind.SCREENING_REVIEW,
        text="Let a certified physiotherapist look at the patient's screening: clear it, or call the patient.",
        due_date=screening.answered_at.date() + _WITHIN,
        dedupe_key=review_key(screening.pk),
        patient_id=screening.patient_id,
    )
    return open_tasks(wanted=[task], reason="a screening waits for a physiotherapist")

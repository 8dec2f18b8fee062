"""Asking who assessed a patient to say what was found."""

import uuid
from datetime import date, timedelta

from django.db import transaction

from backend.appointments.models import Appointment
from backend.care.models import Assessment
from backend.care.queries.assessments import decision_about
from backend.clinics.models import Service
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind

_WITHIN = timedelta(days=2)


def ask_for_assessment(*, appointment_id: uuid.UUID) -> int:
    """Open a task for who gave the visit, if it was to assess the patient and nobody has signed since it began: until
    somebody does, the patient can book no treatment. How many were new."""
    visit = Appointment.objects.get(pk=appointment_id)
    if visit.patient_id is None or not Service.objects.filter(assessment_service=visit.service_id).exists():
        return 0
    task = NewTask(
        clinic_id=visit.clinic_id,
        kind=TaskKind.ASSESSMENT_DUE,
        text="Write and sign the assessment of this visit: the patient waits for the decision.",
        due_date=date.fromisoformat(visit.local_start[:10]) + _WITHIN,
        dedupe_key=f"assessment-due:{visit.pk}",
        appointment_id=visit.pk,
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
    )
    with transaction.atomic():
        # Locked, so that a signature in flight is waited for, and a later one finds the task.
        list(Assessment.objects.select_for_update(no_key=True).filter(patient_id=visit.patient_id).order_by("pk"))
        decision = decision_about(visit.patient_id)
        if decision is not None and decision.decided_at >= visit.starts_at:
            return 0
        return open_tasks(wanted=[task], reason="an assessment waits for its signature")

"""Showing a patient's data to somebody, and writing that down."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.common.access import Actor
from backend.patients.models import Patient
from backend.patients.queries.visible import get_patient_for


def read_patient(actor: Actor, *, patient_id: uuid.UUID) -> Patient:
    """The patient; who reads of anybody but themselves and their dependants is in the audit log. Raises NotFound."""
    with transaction.atomic():
        patient = get_patient_for(actor, patient_id)
        if patient.pk not in actor.patient_ids:
            record(actor, "patient.read", subject_type="patient", subject_id=patient.pk, patient_id=patient.pk)
    return patient

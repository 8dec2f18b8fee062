"""Patients as a caller may see them."""

import uuid

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.patients.models import Patient


def get_patient_for(actor: Actor, patient_id: uuid.UUID) -> Patient:
    """The patient, if the caller may see them. Raises NotFound otherwise: another's row is as if absent."""
    patient: Patient | None = Patient.objects.visible_to(actor).filter(pk=patient_id).first()
    if patient is None:
        raise NotFound
    return patient

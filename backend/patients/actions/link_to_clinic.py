"""Making a patient known at a clinic (R23)."""

import uuid

from backend.patients.enums import LinkOrigin
from backend.patients.models import PatientClinic


def link_to_clinic(*, patient_id: uuid.UUID, clinic_id: uuid.UUID, origin: LinkOrigin) -> None:
    """Let the clinic's staff see the patient from now on; nothing happens if they may already.

    Inside the transaction of what makes the link (a booking, or the desk's own deed).
    """
    link = PatientClinic(patient_id=patient_id, clinic_id=clinic_id, origin=origin)
    PatientClinic.objects.bulk_create([link], ignore_conflicts=True)

"""What every booking brings, whether a hold came before it or not."""

import uuid

from backend.appointments.models import Appointment
from backend.audit.actions import record
from backend.common.access import Actor
from backend.patients.actions.link_to_clinic import link_to_clinic
from backend.patients.enums import LinkOrigin


def settle(actor: Actor, visit: Appointment, patient_id: uuid.UUID) -> None:
    """The clinic knows the patient from now on, and the deed is written down."""
    link_to_clinic(patient_id=patient_id, clinic_id=visit.clinic_id, origin=LinkOrigin.BOOKING)
    record(
        actor,
        "appointment.booked",
        subject_type="appointment",
        subject_id=visit.pk,
        patient_id=patient_id,
        clinic_id=visit.clinic_id,
        after={
            "starts_at": visit.starts_at.isoformat(),
            "practitioner_id": str(visit.practitioner_id),
            "service_id": str(visit.service_id),
        },
        reason="; ".join(f"{override['code']}: {override['reason']}" for override in visit.overrides)[:500],
    )

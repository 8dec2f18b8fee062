"""Writing down who was shown a visit."""

from backend.appointments.models import Appointment
from backend.audit.reading import note_reading
from backend.common.access import Actor


def note_visit_read(actor: Actor, *, visit: Appointment, action: str = "appointment.read") -> None:
    """One entry for one answer; what patients read of their own, and those who look after them, is theirs."""
    note_reading(
        actor,
        action,
        patient_ids=[visit.patient_id],
        subject_type="appointment",
        subject_id=visit.pk,
        clinic_id=visit.clinic_id,
    )

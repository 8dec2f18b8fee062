"""Writing down who was shown a session record."""

from backend.audit.actions import record as write_down
from backend.audit.enums import Purpose
from backend.care.models import SessionRecord
from backend.common.access import Actor


def note_record_read(actor: Actor, *, record: SessionRecord) -> None:
    """One entry for one reading: who, about whom, and for what (D11)."""
    write_down(
        actor,
        "session_record.read",
        subject_type="session_record",
        subject_id=record.pk,
        patient_id=record.appointment.patient_id,
        clinic_id=record.appointment.clinic_id,
        purpose=Purpose.CARE,
        alone=True,
    )

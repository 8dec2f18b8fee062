"""Writing down who of those who treat was shown what a patient reported."""

from backend.appointments.models import Appointment
from backend.audit.enums import Purpose
from backend.audit.reading import note_reading
from backend.common.access import Actor


def note_health_read(actor: Actor, *, visit: Appointment, what: str, with_answers: bool) -> None:
    """One entry for one reading: who, about whom, and for what (D11). What patients read of themselves, and those who
    look after them, is theirs. `what` is `check_in` or `advice`."""
    note_reading(
        actor,
        f"{what}.read",
        patient_ids=[visit.patient_id],
        subject_type="appointment",
        subject_id=visit.pk,
        clinic_id=visit.clinic_id,
        after={"with_answers": with_answers},
        purpose=Purpose.CARE if with_answers else Purpose.BOOKING,
    )

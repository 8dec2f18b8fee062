"""Writing down who of those who treat was shown what a patient reported."""

from django.db import transaction

from backend.appointments.models import Appointment
from backend.audit.actions import record
from backend.audit.enums import Purpose
from backend.common.access import Actor


def note_health_read(actor: Actor, *, visit: Appointment, what: str, with_answers: bool) -> None:
    """One entry for one reading: who, about whom, and for what (D11). What patients read of themselves, and those who
    look after them, is theirs. `what` is `check_in` or `advice`."""
    if visit.patient_id in actor.patient_ids:
        return
    with transaction.atomic():
        record(
            actor,
            f"{what}.read",
            subject_type="appointment",
            subject_id=visit.pk,
            patient_id=visit.patient_id,
            clinic_id=visit.clinic_id,
            after={"with_answers": with_answers},
            purpose=Purpose.CARE if with_answers else Purpose.BOOKING,
        )

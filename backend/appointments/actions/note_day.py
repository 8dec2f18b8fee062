"""Writing down who was shown the day of a clinic."""

import uuid
from collections.abc import Iterable
from datetime import date

from backend.audit.actions import record
from backend.common.access import Actor


def note_day(
    actor: Actor,
    *,
    clinic_id: uuid.UUID,
    day: date,
    practitioner_id: uuid.UUID | None,
    patient_ids: Iterable[uuid.UUID | None],
) -> None:
    """One entry for one reading, with the patients it named; `practitioner_id` where that column alone was shown."""
    shown = {"date": day.isoformat(), **({"practitioner_id": str(practitioner_id)} if practitioner_id else {})}
    named = [one for one in dict.fromkeys(patient_ids) if one is not None and one not in actor.patient_ids]
    record(
        actor,
        "day.read",
        subject_type="clinic",
        subject_id=clinic_id,
        clinic_id=clinic_id,
        patient_ids=named or None,
        after=shown,
        alone=True,
    )

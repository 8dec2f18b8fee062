"""Writing down who was shown assessments."""

import uuid
from collections.abc import Collection

from backend.audit.actions import record
from backend.audit.enums import Purpose
from backend.common.access import Actor


def note_assessments_read(actor: Actor, *, patient_id: uuid.UUID, assessment_ids: Collection[uuid.UUID]) -> None:
    """One entry for one answer: who read, about whom, and for what (D11)."""
    record(
        actor,
        "assessment.read",
        subject_type="patient",
        subject_id=patient_id,
        patient_id=patient_id,
        after={"assessment_ids": [str(one) for one in assessment_ids]},
        purpose=Purpose.CARE,
        alone=True,
    )

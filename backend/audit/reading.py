"""Writing down who was shown what of patients: one entry for one answer, however many it showed."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from backend.audit.actions import record
from backend.audit.enums import Purpose
from backend.common.access import Actor


def note_reading(
    actor: Actor,
    action: str,
    *,
    patient_ids: Iterable[uuid.UUID | None],
    subject_type: str = "",
    subject_id: uuid.UUID | None = None,
    clinic_id: uuid.UUID | None = None,
    after: Mapping[str, Any] | None = None,
    purpose: Purpose | None = None,
) -> None:
    """Record that the caller was shown data of these patients; the caller and dependants are nobody's business.

    The subject is the one patient, or the caller where several were shown, unless it is named. Writes nothing where
    nobody else was shown.
    """
    shown = [one for one in dict.fromkeys(patient_ids) if one is not None and one not in actor.patient_ids]
    if not shown:
        return
    is_one = len(shown) == 1
    usual = ("patient", shown[0]) if is_one else ("user", actor.user_id)
    record(
        actor,
        action,
        subject_type=subject_type or usual[0],
        subject_id=subject_id or usual[1],
        patient_id=shown[0] if is_one else None,
        patient_ids=None if is_one else shown,
        clinic_id=clinic_id,
        after=after,
        purpose=purpose,
        alone=True,
    )

"""Writing down who read the audit log itself."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend.audit.actions import record
from backend.common.access import Actor


def note_audit_read(actor: Actor, *, asked: Mapping[str, Any]) -> None:
    """One entry for one page, with what it was narrowed to."""
    patient_id: uuid.UUID | None = asked.get("patient")
    told = {name: value for name, value in asked.items() if name not in ("limit", "cursor")}
    record(
        actor,
        "audit.read",
        subject_type="user",
        subject_id=actor.user_id,
        patient_id=patient_id,
        clinic_id=asked.get("clinic"),
        after=told,
        alone=True,
    )

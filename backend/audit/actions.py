"""Writing the audit log."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection

from backend.audit.models import AuditEntry
from backend.common.access import Actor
from backend.common.request_id import current


def record(
    actor: Actor | None,
    action: str,
    *,
    subject_type: str,
    subject_id: uuid.UUID,
    patient_id: uuid.UUID | None = None,
    clinic_id: uuid.UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write down a deed in the transaction that does it (R26); outside one it refuses.

    `action` is `resource.verb` (`appointment.cancelled`); `before` and `after` hold the changed fields only.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record() needs the transaction of what it records")
    AuditEntry.objects.create(
        actor_id=actor.user_id if actor else None,
        session_id=actor.session_id if actor else None,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        patient_id=patient_id,
        clinic_id=clinic_id,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
        request_id=current(),
    )

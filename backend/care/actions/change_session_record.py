"""Writing on in a draft (D12)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backend.care.actions._records import audit, lock_record, write
from backend.care.enums import RecordStatus
from backend.care.errors import RecordSigned
from backend.care.models import SessionRecord
from backend.common.access import Actor


def change_session_record(
    actor: Actor, *, appointment_id: uuid.UUID, changes: Mapping[str, Any], expected_version: int | None
) -> SessionRecord:
    """Change what a draft says. Raises NotFound, PermissionDenied, EtagMismatch, RecordSigned."""
    with transaction.atomic():
        record = lock_record(actor, appointment_id, expected_version)
        if record.status == RecordStatus.SIGNED:
            raise RecordSigned
        if changes:
            write(record, changes)
            audit(actor, record, "changed", after={"fields": sorted(changes)})
    return record

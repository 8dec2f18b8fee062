"""Correcting what was signed (D12): what it said before stays readable."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backend.care.actions._records import audit, lock_record, write
from backend.care.enums import RecordStatus
from backend.care.errors import RecordNotSigned
from backend.care.event_types import SessionRecordAmended
from backend.care.models import SessionRecord, SessionRecordAmendment
from backend.care.rules import CONTENT, require_signable
from backend.common import clock
from backend.common.access import Actor
from backend.events.actions import publish


def amend_session_record(
    actor: Actor,
    *,
    appointment_id: uuid.UUID,
    changes: Mapping[str, Any],
    reason: str,
    expected_version: int | None,
) -> SessionRecord:
    """Change a signed record, and keep what it said, who changed it and why. By who gave the visit.

    Raises NotFound, PermissionDenied, EtagMismatch, RecordNotSigned, RecordIncomplete, NeedlesUnaccounted.
    """
    with transaction.atomic():
        record = lock_record(actor, appointment_id, expected_version)
        if record.status != RecordStatus.SIGNED:
            raise RecordNotSigned
        before = {name: getattr(record, name) for name in CONTENT}
        require_signable({**before, **changes})
        number = record.amendment_count + 1
        kept = {"number": number, "at": clock.now(), "by_id": actor.user_id, "reason": reason, "before": before}
        SessionRecordAmendment.objects.create(record=record, **kept)
        write(record, {**changes, "amendment_count": number})
        visit = record.appointment
        publish(
            SessionRecordAmended(
                subject_id=record.pk,
                clinic_id=visit.clinic_id,
                appointment_id=visit.pk,
                patient_id=visit.patient_id,
            )
        )
        # The reason is a clinical note: it stays with the record, out of the log.
        audit(actor, record, "amended", after={"fields": sorted(changes), "number": number})
    return record

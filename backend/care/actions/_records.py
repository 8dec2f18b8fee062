"""What every change of a session record goes through."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend.audit.actions import record as write_down
from backend.care.models import SessionRecord
from backend.care.queries.records import get_own_visit, get_record_for
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch


def lock_record(actor: Actor, appointment_id: uuid.UUID, expected_version: int | None) -> SessionRecord:
    """The record of a visit that the caller gives, kept from others until the transaction ends. Raises NotFound,
    PermissionDenied, EtagMismatch."""
    visit = get_own_visit(actor, appointment_id)
    found = get_record_for(actor, appointment_id=visit.pk)
    locked: SessionRecord = SessionRecord.objects.select_for_update(no_key=True).get(pk=found.pk)
    locked.appointment = visit
    if expected_version not in (None, locked.version):
        raise EtagMismatch
    return locked


def write(record: SessionRecord, values: Mapping[str, Any]) -> None:
    """Write the columns, one version more."""
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
    record.updated_at = clock.now()
    record.save(update_fields=[*values, "version", "updated_at"])


def audit(actor: Actor, record: SessionRecord, deed: str, *, after: Mapping[str, Any] | None = None) -> None:
    """Write down who did what to the record: never what it says (D11)."""
    visit = record.appointment
    write_down(
        actor,
        f"session_record.{deed}",
        subject_type="session_record",
        subject_id=record.pk,
        patient_id=visit.patient_id,
        clinic_id=visit.clinic_id,
        after=after,
    )

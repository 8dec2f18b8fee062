"""Writing the audit log."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from backend.audit.enums import Purpose
from backend.audit.models import AuditEntry
from backend.audit.rules import purpose_of
from backend.common.access import Actor
from backend.common.batches import insert
from backend.common.request_id import current

_BATCH_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One of many deeds that are recorded together, see `record_all`; the members are those of `record`."""

    action: str
    subject_type: str
    subject_id: uuid.UUID
    actor_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    clinic_id: uuid.UUID | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def record_all(deeds: Iterable[Deed], *, reason: str) -> None:
    """Write down many deeds in few statements, such as those of an import; else as `record`."""
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record_all() needs the transaction of what it records")
    entries = [
        AuditEntry(
            actor_id=deed.actor_id,
            action=deed.action,
            subject_type=deed.subject_type,
            subject_id=deed.subject_id,
            patient_id=deed.patient_id,
            clinic_id=deed.clinic_id,
            before=_plain(deed.before),
            after=_plain(deed.after),
            reason=reason,
            purpose=purpose_of(deed.action, actor=None),
            request_id=current(),
        )
        for deed in deeds
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=_BATCH_ROWS)


def record(
    actor: Actor | None,
    action: str,
    *,
    subject_type: str,
    subject_id: uuid.UUID,
    patient_id: uuid.UUID | None = None,
    patient_ids: Sequence[uuid.UUID] | None = None,
    clinic_id: uuid.UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    purpose: Purpose | None = None,
    alone: bool = False,
) -> None:
    """Write down a deed in the transaction that does it (R26); outside one it refuses.

    `action` is `resource.verb` (`appointment.cancelled`); `before` and `after` hold the changed fields only,
    as text where JSON has no such value. `patient_ids` in place of `patient_id` is for what shows several. Without a
    `purpose` it follows from the action and who acts. `alone` is for a reading: there is nothing else to write, and the
    one statement is its own transaction.
    """
    if not (alone or connection.in_atomic_block):
        raise RuntimeError("audit.record() needs the transaction of what it records")
    entry = AuditEntry(
        actor_id=actor.user_id if actor else None,
        session_id=actor.session_id if actor else None,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        patient_id=patient_id,
        patient_ids=patient_ids,
        clinic_id=clinic_id,
        before=_plain(before or {}),
        after=_plain(after or {}),
        reason=reason,
        purpose=purpose or purpose_of(action, actor=actor, patient_ids=[patient_id] if patient_id else ()),
        request_id=current(),
    )
    insert(entry)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    is_plain = (bool, int, float, str, list, dict, type(None))
    return {name: value if isinstance(value, is_plain) else str(value) for name, value in values.items()}

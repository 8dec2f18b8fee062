"""The audit log as owners read it."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.audit.models import AuditEntry
from backend.audit.querysets import AuditQuerySet
from backend.privacy.queries.people import Names, names_of

_MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One field of what was changed, as text; None where there was or is nothing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry, and what its ids are called today."""

    row: AuditEntry
    names: Names

    @property
    def actor_name(self) -> str | None:
        """Who did it; None for the system."""
        return self.names.people.get(self.row.actor_id) if self.row.actor_id else None

    @property
    def patient_name(self) -> str | None:
        """The one patient it is about."""
        return self.names.patients.get(self.row.patient_id) if self.row.patient_id else None

    @property
    def clinic_name(self) -> str | None:
        """The clinic where it was done."""
        return self.names.clinics.get(self.row.clinic_id) if self.row.clinic_id else None

    @property
    def patient_ids(self) -> list[uuid.UUID]:
        """All whom it showed, if it showed several."""
        return list(self.row.patient_ids or ())

    @property
    def changes(self) -> list[Change]:
        """What was one way before and is another after."""
        before, after = self.row.before, self.row.after
        return [Change(one, _text(before.get(one)), _text(after.get(one))) for one in {**before, **after}]


def find_entries(
    *,
    actor_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
    clinic_id: uuid.UUID | None = None,
    action: str | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
) -> AuditQuerySet:
    """The whole chain's, narrowed; from `from_at` on, before `to_at`."""
    asked: Mapping[str, Any] = {
        "actor_id": actor_id,
        "clinic_id": clinic_id,
        "action": action,
        "at__gte": from_at,
        "at__lt": to_at,
    }
    found: AuditQuerySet = AuditEntry.objects.filter(**{name: one for name, one in asked.items() if one is not None})
    return found.about([patient_id]) if patient_id else found


def see_entries(rows: Sequence[AuditEntry]) -> list[SeenEntry]:
    """These rows with the names of whom they speak of."""
    names = names_of(
        people=[row.actor_id for row in rows],
        patients=[row.patient_id for row in rows],
        clinics=[row.clinic_id for row in rows],
    )
    return [SeenEntry(row, names) for row in rows]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:_MAX_TEXT]

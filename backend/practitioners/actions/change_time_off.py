"""Changing when or why a practitioner is away."""

import uuid

from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.rules import require_order
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import change, lock
from backend.practitioners.facts import TimeOffFacts
from backend.practitioners.models import TimeOff
from backend.practitioners.queries.files import get_part_for


def change_time_off(
    actor: Actor,
    *,
    time_off_id: uuid.UUID,
    changes: TimeOffFacts,
    expected_version: int | None,
    dry_run: bool = False,
) -> Outcome[TimeOff]:
    """Change time off. Raises NotFound, PermissionDenied, EtagMismatch, ValidationFailed."""
    seen = get_part_for(actor, TimeOff, time_off_id, Permission.SCHEDULE_MANAGE)
    with changing(Scope(practitioner_ids=frozenset({seen.practitioner_id})), dry_run=dry_run) as broken:
        time_off = lock(seen, expected_version)
        require_order(
            from_minute=changes.get("from_minute", time_off.from_minute),
            until_minute=changes.get("until_minute", time_off.until_minute),
            first=changes.get("first_date", time_off.first_date),
            last=changes.get("last_date", time_off.last_date),
            last_name="last_date",
        )
        change(actor, time_off, changes)
    return Outcome(time_off, as_seen(actor, broken.affected))

"""Changing hours of a practitioner's week."""

import uuid

from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.rules import require_order
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import change, lock
from backend.practitioners.facts import WorkingHoursFacts
from backend.practitioners.models import WorkingHours
from backend.practitioners.queries.files import get_part_for


def change_working_hours(
    actor: Actor,
    *,
    hours_id: uuid.UUID,
    changes: WorkingHoursFacts,
    expected_version: int | None,
    dry_run: bool = False,
) -> Outcome[WorkingHours]:
    """Change one weekly span, past dates included; to keep the past, end it and add another.

    Raises NotFound, PermissionDenied, EtagMismatch, ValidationFailed, WorksThen.
    """
    seen = get_part_for(actor, WorkingHours, hours_id, Permission.SCHEDULE_MANAGE)
    with changing(Scope(practitioner_ids=frozenset({seen.practitioner_id})), dry_run=dry_run) as broken:
        lock(seen.practitioner)  # First, as whoever ends a placement does: the trigger would take it after the hours.
        hours = lock(seen, expected_version)
        require_order(
            from_minute=changes.get("from_minute", hours.from_minute),
            until_minute=changes.get("until_minute", hours.until_minute),
            first=changes.get("valid_from", hours.valid_from),
            last=changes.get("valid_until", hours.valid_until),
            last_name="valid_until",
        )
        change(actor, hours, changes)
    return Outcome(hours, as_seen(actor, broken.affected))

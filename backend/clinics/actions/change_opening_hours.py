"""Changing hours of a clinic's week."""

import uuid

from backend.clinics.actions._write import change, lock
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.facts import HoursFacts
from backend.clinics.models import OpeningHours
from backend.clinics.queries.setup import get_row_for
from backend.clinics.rules import require_order
from backend.common.access import Actor


def change_opening_hours(
    actor: Actor, *, hours_id: uuid.UUID, changes: HoursFacts, expected_version: int | None, dry_run: bool = False
) -> Outcome[OpeningHours]:
    """Change one weekly span, past dates included; to keep the past, end it and add another.

    Raises NotFound, EtagMismatch, ValidationFailed, HoursOverlap.
    """
    hours = get_row_for(actor, OpeningHours, hours_id)
    with changing(Scope(clinic_ids=frozenset({hours.clinic_id})), dry_run=dry_run) as broken:
        hours = lock(hours, expected_version)
        require_order(
            from_minute=changes.get("from_minute", hours.from_minute),
            until_minute=changes.get("until_minute", hours.until_minute),
            first=changes.get("valid_from", hours.valid_from),
            last=changes.get("valid_until", hours.valid_until),
            last_name="valid_until",
        )
        change(actor, hours, changes)
    return Outcome(hours, broken.affected)

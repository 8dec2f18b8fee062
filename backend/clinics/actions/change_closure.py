"""Changing when or why a clinic is closed."""

import uuid

from backend.clinics.actions._write import change, lock
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.facts import ClosureFacts
from backend.clinics.models import Closure
from backend.clinics.queries.setup import get_row_for
from backend.clinics.rules import require_order
from backend.common.access import Actor


def change_closure(
    actor: Actor, *, closure_id: uuid.UUID, changes: ClosureFacts, expected_version: int | None, dry_run: bool = False
) -> Outcome[Closure]:
    """Change a closure. Raises NotFound, EtagMismatch, ValidationFailed."""
    closure = get_row_for(actor, Closure, closure_id)
    with changing(Scope(clinic_ids=frozenset({closure.clinic_id})), dry_run=dry_run) as broken:
        closure = lock(closure, expected_version)
        require_order(
            from_minute=changes.get("from_minute", closure.from_minute),
            until_minute=changes.get("until_minute", closure.until_minute),
            first=changes.get("first_date", closure.first_date),
            last=changes.get("last_date", closure.last_date),
            last_name="last_date",
        )
        change(actor, closure, changes)
    return Outcome(closure, broken.affected)

"""Taking hours out of a practitioner's week."""

import uuid

from backend.clinics.consequences import AffectedVisit, Scope, changing
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import lock, remove
from backend.practitioners.models import WorkingHours
from backend.practitioners.queries.files import get_part_for


def remove_working_hours(
    actor: Actor, *, hours_id: uuid.UUID, expected_version: int | None, dry_run: bool = False
) -> list[AffectedVisit]:
    """Remove one weekly span; answers the visits that are no longer covered, which stay booked.

    Raises NotFound, PermissionDenied, EtagMismatch.
    """
    seen = get_part_for(actor, WorkingHours, hours_id, Permission.SCHEDULE_MANAGE)
    with changing(Scope(practitioner_ids=frozenset({seen.practitioner_id})), dry_run=dry_run) as broken:
        remove(actor, lock(seen, expected_version))
    return as_seen(actor, broken.affected)

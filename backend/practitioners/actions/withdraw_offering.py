"""Having a practitioner give a service no longer."""

import uuid

from backend.clinics.consequences import AffectedVisit, Scope, changing
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import lock, remove
from backend.practitioners.models import Offering
from backend.practitioners.queries.files import get_part_for


def withdraw_offering(
    actor: Actor, *, offering_id: uuid.UUID, expected_version: int | None, dry_run: bool = False
) -> list[AffectedVisit]:
    """Withdraw an offering; answers the visits that are no longer covered, which stay booked.

    Raises NotFound, PermissionDenied, EtagMismatch.
    """
    seen = get_part_for(actor, Offering, offering_id, Permission.PRACTITIONER_MANAGE)
    with changing(Scope(practitioner_ids=frozenset({seen.practitioner_id})), dry_run=dry_run) as broken:
        remove(actor, lock(seen, expected_version))
    return as_seen(actor, broken.affected)

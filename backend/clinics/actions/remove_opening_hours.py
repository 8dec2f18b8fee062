"""Taking hours from a clinic's week."""

import uuid

from backend.clinics.actions._write import lock, remove
from backend.clinics.consequences import AffectedVisit, Scope, changing
from backend.clinics.models import OpeningHours
from backend.clinics.queries.setup import get_row_for
from backend.common.access import Actor


def remove_opening_hours(
    actor: Actor, *, hours_id: uuid.UUID, expected_version: int | None, dry_run: bool = False
) -> list[AffectedVisit]:
    """Take hours from a clinic's week; answers the visits that are no longer covered.

    Raises NotFound, EtagMismatch.
    """
    hours = get_row_for(actor, OpeningHours, hours_id)
    with changing(Scope(clinic_ids=frozenset({hours.clinic_id})), dry_run=dry_run) as broken:
        remove(actor, lock(hours, expected_version))
    return broken.affected

"""Taking back a closure: the clinic is open on those dates after all."""

import uuid

from backend.clinics.actions._write import lock, remove
from backend.clinics.consequences import AffectedVisit, Scope, changing
from backend.clinics.models import Closure
from backend.clinics.queries.setup import get_row_for
from backend.common.access import Actor


def remove_closure(
    actor: Actor, *, closure_id: uuid.UUID, expected_version: int | None, dry_run: bool = False
) -> list[AffectedVisit]:
    """Take back a closure, so that the clinic is open after all; answers the visits that are no longer covered.

    Raises NotFound, EtagMismatch.
    """
    closure = get_row_for(actor, Closure, closure_id)
    with changing(Scope(clinic_ids=frozenset({closure.clinic_id})), dry_run=dry_run) as broken:
        remove(actor, lock(closure, expected_version))
    return broken.affected

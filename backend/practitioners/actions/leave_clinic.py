"""Ending a practitioner's work at a clinic."""

import uuid

from backend.clinics.consequences import AffectedVisit, Scope, changing
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.practitioners.actions._account import let_practise_no_more
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import lock, remove, touch
from backend.practitioners.errors import LastClinic
from backend.practitioners.models import ExtraHours, Offering, TimeOff, WorkingHours
from backend.practitioners.queries.files import get_practitioner_for
from backend.practitioners.queries.reach import require_over


def leave_clinic(
    actor: Actor,
    *,
    practitioner_id: uuid.UUID,
    clinic_id: uuid.UUID,
    expected_version: int | None,
    dry_run: bool = False,
) -> list[AffectedVisit]:
    """End the placement, and with it hours, time off, offerings and the account's role there. Visits stay booked.

    Raises NotFound, PermissionDenied, EtagMismatch, LastClinic.
    """
    seen = get_practitioner_for(actor, practitioner_id, Permission.PRACTITIONER_MANAGE)
    require_over(actor, practitioner_id, Permission.PRACTITIONER_MANAGE, clinic_id)
    with changing(Scope(practitioner_ids=frozenset({practitioner_id})), dry_run=dry_run) as broken:
        practitioner = lock(seen, expected_version)
        placement = practitioner.placements.filter(clinic_id=clinic_id).first()
        if placement is None:
            raise NotFound
        if practitioner.placements.count() == 1:
            raise LastClinic
        for model in (WorkingHours, ExtraHours, TimeOff, Offering):
            for row in model._default_manager.filter(practitioner=practitioner, clinic_id=clinic_id):
                remove(actor, row)
        remove(actor, placement)
        if practitioner.user:
            let_practise_no_more(actor, practitioner.user, clinic_id)
        touch(practitioner)
    return as_seen(actor, broken.affected)

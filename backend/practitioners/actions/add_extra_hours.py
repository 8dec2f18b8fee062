"""Adding hours on one date."""

import uuid

from backend.clinics.consequences import adding
from backend.clinics.rules import require_order
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._checks import require_placed
from backend.practitioners.actions._write import add, lock
from backend.practitioners.facts import ExtraHoursFacts
from backend.practitioners.models import ExtraHours
from backend.practitioners.queries.files import get_practitioner_for
from backend.practitioners.queries.reach import require_over


def add_extra_hours(
    actor: Actor, *, practitioner_id: uuid.UUID, facts: ExtraHoursFacts, dry_run: bool = False
) -> ExtraHours:
    """Have them work on one date beyond the weekly hours.

    Raises NotFound, PermissionDenied, ValidationFailed, and WorksThen for a time of theirs at another clinic.
    """
    seen = get_practitioner_for(actor, practitioner_id)
    require_over(actor, practitioner_id, Permission.SCHEDULE_MANAGE, facts["clinic_id"])
    with adding(dry_run=dry_run):
        practitioner = lock(seen)
        require_placed(practitioner, facts["clinic_id"])
        require_order(
            from_minute=facts["from_minute"],
            until_minute=facts["until_minute"],
            first=facts["date"],
            last=None,
            last_name="date",
        )
        return add(actor, ExtraHours(practitioner=practitioner, **facts))

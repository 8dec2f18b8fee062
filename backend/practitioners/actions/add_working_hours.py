"""Adding hours to a practitioner's week."""

import uuid

from backend.clinics.consequences import adding
from backend.clinics.models import Clinic
from backend.clinics.rules import require_order
from backend.common import clock
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.common.walltime import local_date_of, minute_of, zone
from backend.practitioners.actions._checks import require_placed
from backend.practitioners.actions._write import add, lock
from backend.practitioners.facts import WorkingHoursFacts
from backend.practitioners.models import WorkingHours
from backend.practitioners.queries.files import get_practitioner_for
from backend.practitioners.queries.reach import require_over


def add_working_hours(
    actor: Actor, *, practitioner_id: uuid.UUID, facts: WorkingHoursFacts, dry_run: bool = False
) -> WorkingHours:
    """Have them work on a weekday between two wall times, from a date on (today's there if none is given).

    Raises NotFound, PermissionDenied, ValidationFailed, and WorksThen for a time at which they work already, wherever.
    """
    seen = get_practitioner_for(actor, practitioner_id)
    require_over(actor, practitioner_id, Permission.SCHEDULE_MANAGE, facts["clinic_id"])
    with adding(dry_run=dry_run):
        practitioner = lock(seen)
        require_placed(practitioner, facts["clinic_id"])
        hours = WorkingHours(practitioner=practitioner, **{"valid_from": _today_at(facts["clinic_id"]), **facts})
        require_order(
            from_minute=hours.from_minute,
            until_minute=hours.until_minute,
            first=hours.valid_from,
            last=hours.valid_until,
            last_name="valid_until",
        )
        return add(actor, hours)


def _today_at(clinic_id: uuid.UUID) -> object:
    return local_date_of(minute_of(clock.now()), zone(Clinic.objects.get(pk=clinic_id).timezone))

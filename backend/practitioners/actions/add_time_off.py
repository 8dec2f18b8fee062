"""Having a practitioner away."""

import uuid

from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.rules import require_order
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._checks import require_placed
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import add, lock
from backend.practitioners.facts import TimeOffFacts
from backend.practitioners.models import TimeOff
from backend.practitioners.queries.files import get_practitioner_for
from backend.practitioners.queries.reach import require_over


def add_time_off(
    actor: Actor, *, practitioner_id: uuid.UUID, facts: TimeOffFacts, dry_run: bool = False
) -> Outcome[TimeOff]:
    """Have them away on each date; without a last date, on the first alone; without a clinic, everywhere.

    Any manager of theirs may enter the latter: who is ill is ill at every clinic. Visits on those dates stay booked,
    and are named. Raises NotFound, PermissionDenied, ValidationFailed.
    """
    seen = get_practitioner_for(actor, practitioner_id)
    clinic_id = facts.get("clinic_id")
    require_over(actor, practitioner_id, Permission.SCHEDULE_MANAGE, clinic_id)
    with changing(Scope(practitioner_ids=frozenset({practitioner_id})), dry_run=dry_run) as broken:
        practitioner = lock(seen)
        if clinic_id is not None:
            require_placed(practitioner, clinic_id)
        time_off = TimeOff(practitioner=practitioner, **{"last_date": facts["first_date"], **facts})
        require_order(
            from_minute=time_off.from_minute,
            until_minute=time_off.until_minute,
            first=time_off.first_date,
            last=time_off.last_date,
            last_name="last_date",
        )
        add(actor, time_off)
    return Outcome(time_off, as_seen(actor, broken.affected))

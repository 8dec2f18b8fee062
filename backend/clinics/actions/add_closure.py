"""Closing a clinic on some dates."""

import uuid

from backend.clinics.actions._write import add
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.facts import ClosureFacts
from backend.clinics.models import Closure
from backend.clinics.queries.setup import get_clinic_for
from backend.clinics.rules import require_order
from backend.common.access import Actor


def add_closure(actor: Actor, *, clinic_id: uuid.UUID, facts: ClosureFacts, dry_run: bool = False) -> Outcome[Closure]:
    """Close the clinic on each date, all day or between two wall times; without a last date, on the first alone.

    Visits on those dates stay booked, and are named. Raises NotFound, PermissionDenied, ValidationFailed.
    """
    clinic = get_clinic_for(actor, clinic_id)
    closure = Closure(clinic=clinic, **{"last_date": facts["first_date"], **facts})
    require_order(
        from_minute=closure.from_minute,
        until_minute=closure.until_minute,
        first=closure.first_date,
        last=closure.last_date,
        last_name="last_date",
    )
    with changing(Scope(clinic_ids=frozenset({clinic_id})), dry_run=dry_run) as broken:
        add(actor, closure)
    return Outcome(closure, broken.affected)

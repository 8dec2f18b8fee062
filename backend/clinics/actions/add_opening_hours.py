"""Adding hours to a clinic's week."""

import uuid

from backend.clinics.actions._write import add
from backend.clinics.consequences import adding
from backend.clinics.facts import HoursFacts
from backend.clinics.models import OpeningHours
from backend.clinics.queries.setup import get_clinic_for
from backend.clinics.rules import require_order
from backend.common import clock
from backend.common.access import Actor
from backend.common.walltime import local_date_of, minute_of, zone


def add_opening_hours(actor: Actor, *, clinic_id: uuid.UUID, facts: HoursFacts, dry_run: bool = False) -> OpeningHours:
    """Open the clinic on a weekday between two wall times, from a date on (today's there if none is given).

    Raises NotFound, PermissionDenied, ValidationFailed, HoursOverlap.
    """
    clinic = get_clinic_for(actor, clinic_id)
    today = local_date_of(minute_of(clock.now()), zone(clinic.timezone))
    hours = OpeningHours(clinic=clinic, **{"valid_from": today, **facts})
    require_order(
        from_minute=hours.from_minute,
        until_minute=hours.until_minute,
        first=hours.valid_from,
        last=hours.valid_until,
        last_name="valid_until",
    )
    with adding(dry_run=dry_run):
        return add(actor, hours)

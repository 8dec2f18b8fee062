"""Writing down who was shown the day of a clinic."""

import uuid
from datetime import date

from django.db import transaction

from backend.audit.actions import record
from backend.common.access import Actor


def note_day(actor: Actor, *, clinic_id: uuid.UUID, day: date, practitioner_id: uuid.UUID | None) -> None:
    """One entry for one reading; `practitioner_id` where that column alone was shown.

    It names no patients: the visits of that date and their history say who they were, and desks read all day long.
    """
    shown = {"date": day.isoformat(), **({"practitioner_id": str(practitioner_id)} if practitioner_id else {})}
    with transaction.atomic():
        record(actor, "day.read", subject_type="clinic", subject_id=clinic_id, clinic_id=clinic_id, after=shown)

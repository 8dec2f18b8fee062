"""Keeping records longer than the rules ask: for a court, a complaint, a request that is not answered yet."""

import uuid
from datetime import date

from django.db import transaction
from django.db.models import Q

from backend.audit.actions import record
from backend.common import clock
from backend.privacy.models import Destruction


def hold_records(*, whose: uuid.UUID, until: date | None, reason: str) -> int:
    """Hold what is planned for an account or a patient until after that date; None lets go. How many classes."""
    with transaction.atomic():
        planned = Destruction.objects.filter(Q(user_id=whose) | Q(patient_id=whose), done_at=None)
        count = planned.update(held_until=until, held_reason=reason if until else "", updated_at=clock.now())
        if count:
            action = "records.held" if until else "records.released"
            after = {"until": str(until)} if until else {}
            record(None, action, subject_type="person", subject_id=whose, reason=reason, after=after)
    return count

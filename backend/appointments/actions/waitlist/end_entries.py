"""Ending entries for which nothing can be offered any more."""

from datetime import timedelta

from django.db import transaction

from backend.appointments.actions.waitlist._advance import Passed, advance_entry
from backend.appointments.enums import WaitlistStatus
from backend.appointments.event_types import WaitlistExpired
from backend.appointments.queries.waiting import nothing_left_to_offer
from backend.common import clock
from backend.events.actions import publish


def end_entries() -> int:
    """Let entries expire whose dates are over everywhere, or whose visit to give back has begun; how many."""
    ended, now = 0, clock.now()
    for entry in nothing_left_to_offer((now - timedelta(hours=12)).date()):
        try:
            with transaction.atomic():
                advance_entry(entry, WaitlistStatus.EXPIRED, at=now)
                publish(WaitlistExpired(subject_id=entry.pk, patient_id=entry.patient_id, service_id=entry.service_id))
        except Passed:
            continue
        ended += 1
    return ended

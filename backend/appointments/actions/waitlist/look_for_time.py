"""Leaving behind the job that offers free time to those who wait."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from backend.appointments.rules.facts import Window
from backend.common.jobs import Wanted, enqueue_all

OFFER_JOB = "appointments.offer_free_time"
MAIL_JOB = "appointments.send_offer_mail"
# What is farther off is looked at when it comes nearer, or when something changes there.
FARTHEST = timedelta(days=61)


def look_for_time(*, clinic_ids: Iterable[uuid.UUID], windows: Iterable[Window]) -> None:
    """Have the free time of these clinics on these dates offered once the transaction holds."""
    dates = [(window.first, window.last) for window in windows]
    first = min(begin for begin, _ in dates)
    last = min(max(end for _, end in dates), first + FARTHEST)
    enqueue_all([_wanted(clinic_id, first, last) for clinic_id in dict.fromkeys(clinic_ids)])


def _wanted(clinic_id: uuid.UUID, first: date, last: date) -> Wanted:
    return Wanted(OFFER_JOB, {"clinic_id": str(clinic_id), "first": first.isoformat(), "last": last.isoformat()})

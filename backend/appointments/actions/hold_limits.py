"""What keeps anybody from holding the calendar instead of booking it: the rule `hold_limit` (R3)."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from backend.appointments.actions.wish import Wish, refusal
from backend.appointments.rules.registry import HOLD_LIMIT
from backend.common.access import Actor
from backend.common.permissions import Permission

# Whoever let a start go, or let its hold run out, leaves it to others for so long.
REST = timedelta(minutes=5)

# What nobody holds is a time that was offered from the wait list: it counts for nobody.
_STANDING = """
    SELECT (SELECT count(*) FROM appointments_appointment
            WHERE status = 'held' AND hold_expires_at > domain_now()
              AND (held_by_id = %(holder)s OR (patient_id = %(patient)s AND held_by_id IS NOT NULL))),
           EXISTS (SELECT FROM appointments_appointment
                   WHERE practitioner_id = %(practitioner)s AND starts_at = %(starts_at)s
                     AND held_by_id = %(holder)s AND status = 'expired' AND id IS DISTINCT FROM %(replaced)s
                     AND least(hold_expires_at, updated_at) > domain_now() - %(rest)s)
"""


def most_at_once(actor: Actor, *, clinic_id: uuid.UUID) -> int:
    """How many starts the caller may hold at a time, when the next is at that clinic."""
    is_staff = actor.may(Permission.APPOINTMENT_BOOK, clinic_id=clinic_id)
    most: int = settings.STAFF_HOLDS_AT_ONCE if is_staff else settings.HOLDS_AT_ONCE
    return most


def require_within_limits(actor: Actor, wish: Wish, *, practitioner_id: uuid.UUID) -> None:
    """Raise SlotNotBookable (`hold_limit`) when the caller may hold no more. Behind the door, which locks the caller.

    Patients and guardians hold HOLDS_AT_ONCE starts, for whomever, and nobody more for one patient; nor do they hold
    anew with one practitioner what they gave up within five minutes. Booking it outright is open to them. Staff who
    take bookings there hold STAFF_HOLDS_AT_ONCE, and again what they let go: callers change their minds. What gives
    way to this very hold is not given up.
    """
    is_staff = actor.may(Permission.APPOINTMENT_BOOK, clinic_id=wish.clinic_id)
    parameters: dict[str, Any] = {
        "holder": actor.user_id,
        "patient": None if is_staff else wish.patient_id,
        "practitioner": practitioner_id,
        "starts_at": wish.starts_at,
        "rest": REST,
        "replaced": wish.besides.row_id if wish.besides else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, parameters)
        held, was_let_go = cursor.fetchone()
    if held >= most_at_once(actor, clinic_id=wish.clinic_id) or (was_let_go and not is_staff):
        raise refusal([HOLD_LIMIT])

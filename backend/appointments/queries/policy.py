"""The policy that a visit was booked under."""

from datetime import date, datetime
from typing import cast

from backend.appointments.models import Appointment
from backend.appointments.rules.fees import Policy
from backend.appointments.rules.moves import MovePolicy


def policy_of(visit: Appointment, *, booked_at: datetime | None = None) -> Policy:
    """The snapshot on the row, for working out fees. Of a hold: as if it were booked at that instant."""
    return Policy(
        price_minor=visit.price_minor,
        # By constraint appointment_booked_for_a_patient a visit has one.
        booked_at=cast(datetime, visit.booked_at or booked_at),
        starts_at=visit.starts_at,
        free_cancellation_minutes=visit.free_cancellation_minutes,
        late_cancellation_fee_percent=visit.late_cancellation_fee_percent,
        free_ended_at=visit.free_ended_at,
    )


def moves_of(visit: Appointment) -> MovePolicy:
    """How often and how far the patient may still move it."""
    return MovePolicy(
        limit=visit.reschedule_limit,
        moved=visit.moves_by_patient,
        within_days=visit.reschedule_within_days,
        original_date=visit.original_date or date.fromisoformat(visit.local_start[:10]),
    )

"""The policy that a visit was booked under."""

from datetime import datetime
from typing import cast

from backend.appointments.models import Appointment
from backend.appointments.rules.fees import Policy


def policy_of(visit: Appointment) -> Policy:
    """The snapshot on the row, for working out fees. A visit only: a hold has none yet."""
    return Policy(
        price_minor=visit.price_minor,
        booked_at=cast(datetime, visit.booked_at),  # by constraint appointment_booked_for_a_patient
        starts_at=visit.starts_at,
        free_cancellation_minutes=visit.free_cancellation_minutes,
        late_cancellation_fee_percent=visit.late_cancellation_fee_percent,
    )

"""What cancelling costs and leaves behind, whether one visit is cancelled or all of a series."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.appointments.enums import CancelReason, Status
from backend.appointments.errors import CancellationTooLate, FeeChanged
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import policy_of
from backend.common.access import Actor
from backend.common.permissions import Permission


def terms_of_cancelling(
    actor: Actor, *, visit: Appointment, now: datetime, reason: CancelReason, note: str
) -> Mapping[str, Any]:
    """The columns to write with the step, by the policy booked under; no fee where staff cancel for the clinic's own
    reasons. Raises CancellationTooLate once the visit has begun (R7).
    """
    if visit.status in (Status.BOOKED, Status.CONFIRMED, Status.CHECKED_IN) and now >= visit.starts_at:
        raise CancellationTooLate
    is_ours = reason == CancelReason.CLINIC and actor.may(Permission.APPOINTMENT_CANCEL, clinic_id=visit.clinic_id)
    policy = policy_of(visit)
    return {
        "cancel_reason": reason.value,
        "cancel_note": note,
        "cancellation_fee_minor": 0 if is_ours else policy.fee_at(now),
        "cancelled_late": not is_ours and policy.is_late_at(now),
    }


def agree(fee_minor: int, expected_minor: int | None, currency: str) -> None:
    """Raise FeeChanged where the person was told another fee; None: whatever it costs."""
    if expected_minor not in (None, fee_minor):
        raise FeeChanged(members={"fee_if_now_minor": fee_minor, "currency": currency})

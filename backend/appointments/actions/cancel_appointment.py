"""Cancelling a visit."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.appointments.actions.step import step
from backend.appointments.enums import CancelReason, Status
from backend.appointments.errors import CancellationTooLate, FeeChanged
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import policy_of
from backend.common.access import Actor
from backend.common.permissions import Permission


def cancel_appointment(
    actor: Actor,
    *,
    appointment_id: uuid.UUID,
    reason: CancelReason,
    note: str = "",
    expected_fee_minor: int | None = None,
    expected_version: int | None = None,
) -> Appointment:
    """Give the time back, until the start (R7). The fee is that of the policy booked under; none where staff cancel
    for the clinic's own reasons. It rises with time, which no version tells: `expected_fee_minor` is what the person
    agreed to.

    Raises NotFound, PermissionDenied, EtagMismatch, InvalidTransition, CancellationTooLate, FeeChanged, Unavailable.
    """

    def changes(visit: Appointment, now: datetime) -> Mapping[str, Any]:
        if visit.status in (Status.BOOKED, Status.CONFIRMED, Status.CHECKED_IN) and now >= visit.starts_at:
            raise CancellationTooLate
        is_ours = reason == CancelReason.CLINIC and actor.may(Permission.APPOINTMENT_CANCEL, clinic_id=visit.clinic_id)
        policy = policy_of(visit)
        return {
            "cancel_reason": reason.value,
            "cancel_note": note,
            "cancellation_fee_minor": _agreed(visit, 0 if is_ours else policy.fee_at(now), expected_fee_minor),
            "cancelled_late": not is_ours and policy.is_late_at(now),
        }

    return step(
        actor,
        appointment_id=appointment_id,
        to=Status.CANCELLED,
        expected_version=expected_version,
        changes=changes,
        reason=reason.value,
    )


def _agreed(visit: Appointment, fee_minor: int, expected_minor: int | None) -> int:
    is_open = visit.status in STEPS[Status.CANCELLED].sources
    if is_open and expected_minor not in (None, fee_minor):
        raise FeeChanged(members={"fee_if_now_minor": fee_minor, "currency": visit.currency})
    return fee_minor

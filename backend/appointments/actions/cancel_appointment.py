"""Cancelling a visit."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.appointments.actions.cancelling import agree, terms_of_cancelling
from backend.appointments.actions.step import step
from backend.appointments.enums import CancelReason, Status
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.common.access import Actor


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
        terms = terms_of_cancelling(actor, visit=visit, now=now, reason=reason, note=note)
        if visit.status in STEPS[Status.CANCELLED].sources:
            agree(terms["cancellation_fee_minor"], expected_fee_minor, visit.currency)
        return terms

    return step(
        actor,
        appointment_id=appointment_id,
        to=Status.CANCELLED,
        expected_version=expected_version,
        changes=changes,
        reason=reason.value,
    )

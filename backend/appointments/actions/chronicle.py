"""One row of history and one event for whatever happens to a visit, and what its history tells of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from backend.appointments.enums import CancelReason
from backend.appointments.event_types import AppointmentEvent
from backend.appointments.models import Appointment, Transition
from backend.common.batches import insert
from backend.common.walltime import zone
from backend.events.actions import publish

PLACE = ("starts_at", "clinic_id", "practitioner_id", "room_id")
# As if nothing had been said yet: what a visit is born with is told where it differs from this.
UNSAID: Mapping[str, Any] = {
    "note": "",
    "cancel_reason": CancelReason.NONE.value,
    "cancel_note": "",
    "cancellation_fee_minor": 0,
}


def told(appointment: Appointment) -> dict[str, Any]:
    """What history tells of a row, ready for JSON: the start by the clock of its clinic, ids as text."""
    return {
        "starts_at": appointment.starts_at.astimezone(zone(appointment.timezone)).isoformat(),
        **{name: str(getattr(appointment, name)) for name in PLACE[1:]},
        **{name: getattr(appointment, name) for name in UNSAID},
    }


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is not as before, each with both values; what was not there before has been null."""
    return {
        name: {"before": before.get(name), "after": value} for name, value in after.items() if value != before.get(name)
    }


def write_down(
    appointment: Appointment,
    *,
    came_from: str,
    by: uuid.UUID | None,
    at: datetime,
    reason: str,
    changes: Mapping[str, Any],
    event: type[AppointmentEvent],
    **facts: Any,
) -> None:
    """Write the row and publish the event, in the transaction of the change; outside one it refuses.

    `facts` are what the event has besides the usual.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the history of a visit is written in the transaction of its change")
    step = Transition(
        appointment=appointment,
        from_status=came_from,
        to_status=appointment.status,
        at=at,
        by_id=by,
        reason=reason,
        changes=changes,
    )
    insert(step)
    publish(
        event(
            subject_id=appointment.pk,
            clinic_id=appointment.clinic_id,
            patient_id=appointment.patient_id,
            practitioner_id=appointment.practitioner_id,
            service_id=appointment.service_id,
            starts_at=appointment.starts_at,
            **facts,
        )
    )

"""One row of history and one event for whatever happens to a visit, and which columns its history tells of."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from backend.appointments.event_types import AppointmentEvent
from backend.appointments.models import Appointment, Transition
from backend.events.actions import publish

TOLD = (
    "starts_at",
    "clinic_id",
    "practitioner_id",
    "room_id",
    "note",
    "cancel_reason",
    "cancel_note",
    "cancellation_fee_minor",
)
PLACE = TOLD[:4]


def placed(appointment: Appointment, columns: Iterable[str] = PLACE) -> dict[str, Any]:
    """Where and when it is, by column."""
    return {column: getattr(appointment, column) for column in columns}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The told columns of `after` that are not as before, each with both values."""
    return {
        column: {"before": before.get(column), "after": after[column]}
        for column in TOLD
        if column in after and after[column] != before.get(column)
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
    Transition.objects.create(
        appointment=appointment,
        from_status=came_from,
        to_status=appointment.status,
        at=at,
        by_id=by,
        reason=reason,
        changes=changes,
    )
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

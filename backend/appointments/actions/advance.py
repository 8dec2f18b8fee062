"""The two functions that alone write a visit's `status`: each with its history row and its event."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from backend.appointments.enums import Status
from backend.appointments.errors import InvalidTransition
from backend.appointments.event_types import AppointmentEvent
from backend.appointments.lifecycle import BIRTHS, STEPS
from backend.appointments.models import Appointment, Transition
from backend.events.actions import publish


def begin(appointment: Appointment, status: Status, *, by: uuid.UUID | None, at: datetime, reason: str = "") -> None:
    """Insert a new row in a state that it may be born in. Inside a transaction."""
    appointment.status = status
    appointment.save(force_insert=True)
    _write_down(appointment, came_from="", by=by, at=at, reason=reason, event=BIRTHS[status])


def advance(
    appointment: Appointment,
    to: Status,
    *,
    by: uuid.UUID | None,
    at: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Move a row to its next state by a guarded update. Inside a transaction.

    `changes` are other columns written with the step. Raises InvalidTransition when the table has no such step, or
    when another request moved the row first.
    """
    step = STEPS[to]
    came_from = Status(appointment.status)
    if came_from not in step.sources:
        raise InvalidTransition.between(came_from, to)
    values = {**(changes or {}), "status": to, "updated_at": at, **({step.stamp: at} if step.stamp else {})}
    moved = Appointment.objects.filter(pk=appointment.pk, status=came_from).update(version=F("version") + 1, **values)
    if not moved:
        raise InvalidTransition.between(came_from, to)
    for column, value in values.items():
        setattr(appointment, column, value)
    appointment.version += 1
    _write_down(appointment, came_from=came_from, by=by, at=at, reason=reason, event=step.event)


def _write_down(
    appointment: Appointment,
    *,
    came_from: str,
    by: uuid.UUID | None,
    at: datetime,
    reason: str,
    event: type[AppointmentEvent],
) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a step of the lifecycle needs a transaction")
    Transition.objects.create(
        appointment=appointment, from_status=came_from, to_status=appointment.status, at=at, by_id=by, reason=reason
    )
    publish(
        event(
            subject_id=appointment.pk,
            clinic_id=appointment.clinic_id,
            patient_id=appointment.patient_id,
            practitioner_id=appointment.practitioner_id,
            service_id=appointment.service_id,
            starts_at=appointment.starts_at,
        )
    )

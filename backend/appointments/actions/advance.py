"""The two functions that alone write a visit's `status`: each with its history row and its event."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from backend.appointments.actions.chronicle import UNSAID, difference, told, write_down
from backend.appointments.enums import Status
from backend.appointments.errors import InvalidTransition
from backend.appointments.lifecycle import BIRTHS, STEPS
from backend.appointments.models import Appointment
from backend.common.batches import insert


def begin(appointment: Appointment, status: Status, *, by: uuid.UUID | None, at: datetime, reason: str = "") -> None:
    """Insert a new row in a state that it may be born in. Inside a transaction."""
    appointment.status = status
    insert(appointment)
    changes = difference(UNSAID, told(appointment))
    write_down(appointment, came_from="", by=by, at=at, reason=reason, changes=changes, event=BIRTHS[status])


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
    before = UNSAID if to == Status.BOOKED else told(appointment)
    for column, value in values.items():
        setattr(appointment, column, value)
    appointment.version += 1
    seen = difference(before, told(appointment))
    write_down(appointment, came_from=came_from, by=by, at=at, reason=reason, changes=seen, event=step.event)

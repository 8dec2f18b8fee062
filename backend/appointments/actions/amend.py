"""Changing a visit while its state stays: a guarded update, with its history row and its event."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from backend.appointments.actions.chronicle import difference, told, write_down
from backend.appointments.event_types import AppointmentEvent
from backend.appointments.models import Appointment


class Shifted(Exception):
    """The row is no longer as it was read: read it again, and decide again."""


def amend(
    appointment: Appointment,
    values: Mapping[str, Any],
    *,
    by: uuid.UUID | None,
    at: datetime,
    event: type[AppointmentEvent],
    reason: str = "",
    **facts: Any,
) -> None:
    """Write the columns, unless the row has changed since it was read. Inside a transaction.

    `facts` are what the event has besides the usual. Raises Shifted.
    """
    before = told(appointment)
    untouched = Appointment.objects.filter(pk=appointment.pk, version=appointment.version)
    if not untouched.update(version=F("version") + 1, updated_at=at, **values):
        raise Shifted
    for column, value in {**values, "updated_at": at}.items():
        setattr(appointment, column, value)
    appointment.version += 1
    write_down(
        appointment,
        came_from=appointment.status,
        by=by,
        at=at,
        reason=reason,
        changes=difference(before, told(appointment)),
        event=event,
        **facts,
    )

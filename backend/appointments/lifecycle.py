"""The life of a visit as one table, and the two functions that alone write `status`.

A trigger refuses the pairs that are not in the table; a test proves trigger and table equal.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from backend.appointments import event_types as events
from backend.appointments.enums import Status
from backend.appointments.errors import InvalidTransition
from backend.appointments.models import Appointment, Transition
from backend.common.permissions import Permission
from backend.events.actions import publish


@dataclass(frozen=True, slots=True)
class Step:
    """Entering a state: from where, by which right, which instant is stamped, which event is published."""

    sources: frozenset[Status]
    permission: Permission
    stamp: str | None
    event: type[events.AppointmentEvent]


S, P = Status, Permission
STEPS: Mapping[Status, Step] = {
    S.BOOKED: Step(frozenset({S.HELD}), P.APPOINTMENT_BOOK, "booked_at", events.AppointmentBooked),
    S.EXPIRED: Step(frozenset({S.HELD}), P.APPOINTMENT_BOOK, None, events.HoldReleased),
    S.CONFIRMED: Step(frozenset({S.BOOKED}), P.APPOINTMENT_CONFIRM, "confirmed_at", events.AppointmentConfirmed),
    S.CHECKED_IN: Step(
        frozenset({S.BOOKED, S.CONFIRMED}), P.APPOINTMENT_ATTEND, "checked_in_at", events.AppointmentCheckedIn
    ),
    S.IN_PROGRESS: Step(frozenset({S.CHECKED_IN}), P.APPOINTMENT_ATTEND, "started_at", events.AppointmentStarted),
    S.COMPLETED: Step(frozenset({S.IN_PROGRESS}), P.APPOINTMENT_ATTEND, "completed_at", events.AppointmentCompleted),
    S.CANCELLED: Step(
        frozenset({S.BOOKED, S.CONFIRMED, S.CHECKED_IN}),
        P.APPOINTMENT_CANCEL,
        "cancelled_at",
        events.AppointmentCancelled,
    ),
    S.NO_SHOW: Step(
        frozenset({S.BOOKED, S.CONFIRMED}), P.APPOINTMENT_ATTEND, "no_show_at", events.AppointmentNoShow
    ),
}
# A row may be born held, or booked outright.
BIRTHS: Mapping[Status, type[events.AppointmentEvent]] = {
    S.HELD: events.HoldCreated,
    S.BOOKED: events.AppointmentBooked,
}


def begin(appointment: Appointment, status: Status, *, by: uuid.UUID | None, at: datetime, reason: str = "") -> None:
    """Insert a new row in a state it may be born in, with its history row and event. Inside a transaction."""
    event = BIRTHS[status]
    appointment.status = status
    appointment.save(force_insert=True)
    _write_down(appointment, came_from="", by=by, at=at, reason=reason, event=event)


def advance(
    appointment: Appointment,
    to: Status,
    *,
    by: uuid.UUID | None,
    at: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Move a row to its next state: guarded update, history row, event. Inside a transaction.

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
    event: type[events.AppointmentEvent],
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

"""The visit itself: confirmed, checked in, started, completed, or missed."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.appointments.actions.step import step
from backend.appointments.actions.wish import members
from backend.appointments.enums import Status
from backend.appointments.errors import CheckInRefused, InvalidTransition
from backend.appointments.models import Appointment
from backend.appointments.queries.readiness import refusing_on_the_day
from backend.common.access import Actor


def confirm_appointment(actor: Actor, *, appointment_id: uuid.UUID, expected_version: int | None) -> Appointment:
    """The patient, or staff after asking, says that they will come. Raises as `step`."""
    return step(actor, appointment_id=appointment_id, to=Status.CONFIRMED, expected_version=expected_version)


def check_in_appointment(actor: Actor, *, appointment_id: uuid.UUID, expected_version: int | None) -> Appointment:
    """The patient has arrived. Raises as `step`, and CheckInRefused while the care pathway lacks something (R13)."""

    def changes(visit: Appointment, _now: datetime) -> Mapping[str, Any]:
        if refused := refusing_on_the_day(visit):
            raise CheckInRefused(members={"rules": members(refused)})
        return {}

    return step(
        actor,
        appointment_id=appointment_id,
        to=Status.CHECKED_IN,
        expected_version=expected_version,
        changes=changes,
    )


def start_appointment(actor: Actor, *, appointment_id: uuid.UUID, expected_version: int | None) -> Appointment:
    """The visit has begun. Raises as `step`."""
    return step(actor, appointment_id=appointment_id, to=Status.IN_PROGRESS, expected_version=expected_version)


def complete_appointment(actor: Actor, *, appointment_id: uuid.UUID, expected_version: int | None) -> Appointment:
    """The visit is over. Raises as `step`."""
    return step(actor, appointment_id=appointment_id, to=Status.COMPLETED, expected_version=expected_version)


def miss_appointment(actor: Actor, *, appointment_id: uuid.UUID, expected_version: int | None) -> Appointment:
    """The patient did not come: possible from the start of the visit on, never before. Raises as `step`."""

    def changes(visit: Appointment, now: datetime) -> Mapping[str, Any]:
        if now < visit.starts_at:
            raise InvalidTransition("The visit has not begun yet, so nobody has missed it.")
        return {"cancellation_fee_minor": visit.price_minor * visit.no_show_fee_percent // 100}

    return step(
        actor,
        appointment_id=appointment_id,
        to=Status.NO_SHOW,
        expected_version=expected_version,
        changes=changes,
    )

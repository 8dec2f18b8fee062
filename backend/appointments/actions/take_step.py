"""One step of a visit and its line in the audit, behind a door that somebody else holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.appointments.actions.advance import advance
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.audit.actions import record
from backend.common.access import Actor


def take_step(
    actor: Actor, *, visit: Appointment, to: Status, at: datetime, reason: str, changes: Mapping[str, Any]
) -> None:
    """Take the visit to its next state, and record who did it and why. Raises InvalidTransition."""
    before = visit.status
    advance(visit, to, by=actor.user_id, at=at, reason=reason, changes=changes)
    record(
        actor,
        f"appointment.{to.value}",
        subject_type="appointment",
        subject_id=visit.pk,
        patient_id=visit.patient_id,
        clinic_id=visit.clinic_id,
        before={"status": before},
        after={"status": to.value},
        reason=reason,
    )

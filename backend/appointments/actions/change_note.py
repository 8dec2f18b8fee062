"""Changing the note of a visit."""

import uuid

from django.db import transaction

from backend.appointments.actions.amend import Shifted, amend
from backend.appointments.actions.take import TRIES
from backend.appointments.enums import BLOCKING_STATUSES
from backend.appointments.errors import InvalidTransition
from backend.appointments.event_types import AppointmentUpdated
from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_visit_for, visits_for
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, PermissionDenied, Unavailable
from backend.common.permissions import Permission


def change_note(
    actor: Actor, *, appointment_id: uuid.UUID, note: str | None = None, expected_version: int | None = None
) -> Appointment:
    """Write another note while the visit is not over; None leaves it. It takes no time, so no door is passed.

    Raises NotFound, PermissionDenied, EtagMismatch, InvalidTransition, Unavailable.
    """
    for _ in range(TRIES):
        visit = get_visit_for(actor, appointment_id)
        if not visits_for(actor, Permission.APPOINTMENT_BOOK).filter(pk=visit.pk).exists():
            raise PermissionDenied
        if expected_version not in (None, visit.version):
            raise EtagMismatch
        if note in (None, visit.note):
            return visit
        if visit.status not in BLOCKING_STATUSES:
            raise InvalidTransition("The visit is over; its note stays as it is.")
        try:
            return _write(actor, visit, note)
        except Shifted:
            continue
    raise Unavailable(retry_after_seconds=1)


def _write(actor: Actor, visit: Appointment, note: str | None) -> Appointment:
    with transaction.atomic():
        amend(visit, {"note": note}, by=actor.user_id, at=clock.now(), event=AppointmentUpdated)
        # What it says may be about health: the history has it, the audit log only that it was changed.
        record(
            actor,
            "appointment.updated",
            subject_type="appointment",
            subject_id=visit.pk,
            patient_id=visit.patient_id,
            clinic_id=visit.clinic_id,
            reason="note",
        )
    return visit

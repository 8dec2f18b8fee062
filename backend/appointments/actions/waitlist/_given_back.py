"""The later visit that somebody gives back when an earlier time is had."""

import uuid
from datetime import datetime

from backend.appointments.actions.take_step import take_step
from backend.appointments.enums import MOVABLE_STATUSES, CancelReason, Status
from backend.appointments.errors import InvalidTransition
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import policy_of
from backend.appointments.queries.visits import get_visit_for, visits_for
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission

_POINTER = "/gives_back_appointment_id"


def get_visit_to_give_back(
    actor: Actor, appointment_id: uuid.UUID | None, *, service_id: uuid.UUID, patient_id: uuid.UUID
) -> Appointment | None:
    """The visit that may be given back, None if none is named. Raises NotFound, PermissionDenied, ValidationFailed for
    one of another patient or service, InvalidTransition for one that is not to come."""
    if appointment_id is None:
        return None
    visit = get_visit_for(actor, appointment_id)
    if not visits_for(actor, Permission.APPOINTMENT_CANCEL).filter(pk=visit.pk).exists():
        raise PermissionDenied
    if (visit.service_id, visit.patient_id) != (service_id, patient_id):
        error = FieldError(_POINTER, FieldCode.MISMATCH, "This visit is of another patient or service.")
        raise ValidationFailed(errors=(error,))
    if not is_open(visit, clock.now()):
        raise InvalidTransition("Only a visit that is yet to come can be given back.")
    return visit


def is_open(visit: Appointment, now: datetime) -> bool:
    """Whether there is still something to give back."""
    return visit.status in MOVABLE_STATUSES and now < visit.starts_at


def give_back(actor: Actor, visit: Appointment, *, now: datetime) -> datetime | None:
    """Cancel it, free of charge: the clinic asked, and has the later time to give. Inside the door that locks it.

    Answers until when it could have been cancelled at no cost, if that had passed: like a move, it does not open again
    for the earlier visit.
    """
    free_until = policy_of(visit).free_until
    changes = {"cancel_reason": CancelReason.SCHEDULE.value, "cancellation_fee_minor": 0, "cancelled_late": False}
    reason = "given back for an earlier time"
    take_step(actor, visit=visit, to=Status.CANCELLED, at=now, reason=reason, changes=changes)
    return free_until if now > free_until else None

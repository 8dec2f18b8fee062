"""Asking where a visit could be moved to."""

import uuid
from dataclasses import replace

from backend.appointments.availability.gather import Besides, Question
from backend.appointments.queries.policy import moves_of
from backend.appointments.queries.visits import get_visit_for
from backend.appointments.rules.facts import Window
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission


def moving(actor: Actor, question: Question, appointment_id: uuid.UUID) -> Question:
    """The question for the patient of the visit, as if the visit took no time; for patients up to their limit.

    Raises NotFound, and ValidationFailed when the visit is of another service than is asked for.
    """
    visit = get_visit_for(actor, appointment_id)
    if visit.service_id != question.service_id:
        detail = "This is not the service of the visit that is to be moved."
        raise ValidationFailed(errors=(FieldError("?service", FieldCode.MISMATCH, detail),))
    window, policy = question.window, moves_of(visit)
    if not actor.may(Permission.APPOINTMENT_BOOK, clinic_id=visit.clinic_id):
        window = Window(window.first, min(window.last, policy.latest_date))
    return replace(question, window=window, patient_id=visit.patient_id, besides=Besides.of(visit))

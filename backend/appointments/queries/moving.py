"""Asking where a visit could be moved to."""

import uuid
from dataclasses import replace
from datetime import timedelta

from backend.appointments.availability.gather import Besides, Question
from backend.appointments.enums import MOVABLE_STATUSES
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import moves_of
from backend.appointments.rules.facts import Window
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, NotFound, ValidationFailed
from backend.common.permissions import Permission

_BOOK = Permission.APPOINTMENT_BOOK


def moving(actor: Actor, question: Question, visit: Appointment, *, any_practitioner: bool) -> Question:
    """The question for the patient of the visit, as if the visit took no time: with who gives it now unless others are
    named or welcome, and no further than the caller may move it.

    Raises ValidationFailed when the visit is of another service than is asked for, and NotFound as search does.
    """
    if visit.service_id != question.service_id:
        detail = "This is not the service of the visit that is to be moved."
        raise ValidationFailed(errors=(FieldError("?service", FieldCode.MISMATCH, detail),))
    who = question.practitioner_ids or (() if any_practitioner else (visit.practitioner_id,))
    asked = replace(question, practitioner_ids=who, patient_id=visit.patient_id, besides=Besides.of(visit))
    if visit.status not in MOVABLE_STATUSES or visit.starts_at <= clock.now():
        return _nowhere(asked)
    if _BOOK in actor.everywhere:
        return asked
    if actor.may(_BOOK, clinic_id=visit.clinic_id):
        return _at(asked, actor.clinics[_BOOK])
    policy = moves_of(visit)
    if visit.patient_id not in actor.own_patients(_BOOK) or not policy.left:
        return _nowhere(asked)
    return replace(asked, window=Window(asked.window.first, min(asked.window.last, policy.latest_date)))


def _nowhere(question: Question) -> Question:
    return replace(question, window=Window(question.window.first, question.window.first - timedelta(days=1)))


def _at(question: Question, allowed: frozenset[uuid.UUID]) -> Question:
    """At those of the clinics where the caller takes bookings."""
    others = set(question.clinic_ids) - allowed
    if others and Clinic.objects.filter(pk__in=others).count() < len(others):
        raise NotFound
    clinics = tuple(sorted(allowed & set(question.clinic_ids) if question.clinic_ids else allowed))
    return replace(question, clinic_ids=clinics) if clinics else _nowhere(question)

"""Planning a course of treatment for a patient who was found to be a candidate (D14)."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.appointments.actions.door import lock
from backend.appointments.enums import BLOCKING_STATUSES, Status
from backend.appointments.models import Appointment
from backend.care.actions._course import attach, tell
from backend.care.errors import ClearanceNeeded
from backend.care.event_types import CourseOpened
from backend.care.models import Course
from backend.care.queries.certified import is_certified_for
from backend.care.queries.clearances import longest_clearance
from backend.clinics.models import Clinic, Service
from backend.common import clock, walltime
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, NotFound, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission
from backend.patients.queries.visible import get_patient_for, require_not_merged
from backend.practitioners.models import Offering

_NOT_GIVEN = gettext_noop("This practitioner does not give the service at the clinic.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseTerms:
    """How long, how spaced, and when it is reviewed."""

    planned_sessions: int
    min_gap_days: int
    max_gap_days: int
    review_after_session: int


def open_course(
    actor: Actor,
    *,
    patient_id: uuid.UUID,
    service_id: uuid.UUID,
    clinic_id: uuid.UUID,
    region: str,
    terms: CourseTerms,
    practitioner_id: uuid.UUID | None = None,
) -> Course:
    """Open it, on the patient's longest clearance for the region; what the patient has booked of the service belongs to
    it. Without a practitioner the caller leads it.

    Raises NotFound, PermissionDenied, PatientMerged, ClearanceNeeded, CourseIsOpen, and ValidationFailed for a
    practitioner who does not give the service at the clinic.
    """
    require_not_merged(get_patient_for(actor, patient_id, Permission.COURSE_READ))
    if not is_certified_for(actor, patient_id):
        raise PermissionDenied
    clinic, service = Clinic.objects.filter(pk=clinic_id).first(), Service.objects.filter(pk=service_id).first()
    if clinic is None or service is None:
        raise NotFound
    leads = practitioner_id or actor.practitioner_id
    if leads is None or not Offering.objects.filter(practitioner_id=leads, clinic=clinic, service=service).exists():
        raise ValidationFailed(errors=(FieldError("/practitioner_id", FieldCode.MISMATCH, _NOT_GIVEN),))
    now = clock.now()
    with transaction.atomic():
        lock([patient_id])
        course = Course(
            patient_id=patient_id, service=service, clinic=clinic, practitioner_id=leads, region=region, **asdict(terms)
        )
        _begin(actor, course, now)
        return course


def _begin(actor: Actor, course: Course, now: datetime) -> None:
    today = walltime.local_date_of(walltime.minute_of(now), walltime.zone(course.clinic.timezone))
    clearance = longest_clearance(patient_id=course.patient_id, service=course.service, region=course.region, on=today)
    if clearance is None:
        raise ClearanceNeeded
    course.clearance, course.opened_at, course.opened_by_id = clearance, now, actor.user_id
    course.save(force_insert=True)
    attach(course, _booked_already(course, now))
    event = CourseOpened(subject_id=course.pk, patient_id=course.patient_id, service_id=course.service_id)
    tell(actor, course, event, planned_sessions=course.planned_sessions)


def _booked_already(course: Course, now: datetime) -> list[Appointment]:
    blocking = [status for status in BLOCKING_STATUSES if status != Status.HELD]
    visits = Appointment.objects.filter(
        patient_id=course.patient_id,
        service_id=course.service_id,
        status__in=blocking,
        starts_at__gt=now,
        course_visits=None,
    )
    return list(visits.order_by("starts_at", "pk")[: course.planned_sessions])

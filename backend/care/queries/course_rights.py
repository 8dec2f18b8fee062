"""Who may change a course, and who may book its visits."""

import uuid
from typing import Any

from backend.care.errors import CourseIsClosed
from backend.care.models import Course
from backend.care.queries.certified import is_certified_for
from backend.care.queries.courses import get_course_for
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def get_course_to_lead(actor: Actor, course_id: uuid.UUID) -> Course:
    """A course of a patient whom the caller could treat today. Raises NotFound, PermissionDenied."""
    course: Course = get_course_for(actor, course_id)
    if not is_certified_for(actor, course.patient_id):
        raise PermissionDenied
    return course


def get_course_to_book(actor: Actor, course_id: uuid.UUID) -> Any:
    """An open course of a patient for whom the caller may book. Raises NotFound, PermissionDenied, CourseIsClosed."""
    course = get_course_for(actor, course_id)
    is_staff = Permission.APPOINTMENT_BOOK in (*actor.everywhere, *actor.clinics)
    if course.patient_id not in actor.own_patients(Permission.APPOINTMENT_BOOK) and not is_staff:
        raise PermissionDenied
    if not course.is_open:
        raise CourseIsClosed
    return course

"""What all changes of a course share. A course is written behind its patient's lock, as the time of its visits is: no
two changes of it, and no booking of its patient, are at work at once."""

import uuid
from collections.abc import Iterable
from typing import Any

from backend.appointments.models import Appointment
from backend.audit.actions import record
from backend.care.enums import CourseStatus
from backend.care.errors import CourseIsClosed
from backend.care.event_types import CourseEvent
from backend.care.lifecycle import COURSE_STEPS
from backend.care.models import Course, CourseVisit
from backend.care.queries.course_sessions import sessions_of
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch
from backend.events.actions import publish
from backend.patients.models import ReviewPoint


def still_open(course_id: uuid.UUID, expected_version: int | None = None) -> Course:
    """The course as it is by now, behind the lock. Raises EtagMismatch, CourseIsClosed."""
    course: Course = Course.objects.select_related("service", "clearance").get(pk=course_id)
    if expected_version not in (None, course.version):
        raise EtagMismatch
    if not course.is_open:
        raise CourseIsClosed
    return course


def change(course: Course, **values: Any) -> None:
    """Write the values, one version more. Raises CourseIsClosed for a state that does not follow."""
    to = values.get("status", course.status)
    if to != course.status and course.status not in COURSE_STEPS[CourseStatus(to)]:
        raise CourseIsClosed
    for name, value in values.items():
        setattr(course, name, value)
    course.version += 1
    course.updated_at = clock.now()
    course.save(update_fields=[*values, "version", "updated_at"])


def attach(course: Course, visits: Iterable[Appointment]) -> None:
    """Let visits be sessions of the course."""
    links = [CourseVisit(course=course, appointment=visit) for visit in visits]
    CourseVisit.objects.bulk_create(links)
    if links:
        change(course, status=CourseStatus.ACTIVE)
    keep_review_point(course)


def keep_review_point(course: Course) -> None:
    """Tell booking after which visit the review falls due: the one that is the session before it as things stand."""
    before = sessions_of(course)[course.review_after_session - 1 :][:1]
    awaited = before[0].pk if before and course.is_open and course.reviewed_at is None else None
    about = {"patient_id": course.patient_id, "service_id": course.service_id, "due_after_id": awaited}
    ReviewPoint.objects.update_or_create(course_id=course.pk, defaults=about)


def tell(actor: Actor, course: Course, event: CourseEvent, **after: Any) -> None:
    """Publish it, and write it down; nothing that was found is in either (D11)."""
    publish(event)
    record(
        actor,
        event.type.rpartition(".v")[0],
        subject_type="course",
        subject_id=course.pk,
        patient_id=course.patient_id,
        clinic_id=course.clinic_id,
        after=after,
    )

"""Ending a course: what is left of it is given back."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from backend.appointments.actions.release_visits import release_visits
from backend.appointments.actions.take_step import take_step
from backend.appointments.enums import MOVABLE_STATUSES, CancelReason, Status
from backend.appointments.models import Appointment
from backend.care.actions._course import change, keep_review_point, still_open, tell
from backend.care.actions.settle_course_review import settle_course_review
from backend.care.enums import CourseEnd, CourseStatus
from backend.care.event_types import CourseClosed
from backend.care.models import Course
from backend.care.queries.course_rights import get_course_to_lead
from backend.care.queries.course_sessions import sessions_done, sessions_of
from backend.common.access import Actor

# The clinic ends the course, so nobody pays for the visits.
FREE = {"cancel_reason": CancelReason.CLINIC.value, "cancellation_fee_minor": 0, "cancelled_late": False}
Also = Callable[[Course, datetime], None]


def _nothing_more(_course: Course, _now: datetime) -> None:
    pass


def close_course(
    actor: Actor,
    *,
    course_id: uuid.UUID,
    reason: CourseEnd,
    note: str = "",
    expected_version: int | None = None,
    also: Also = _nothing_more,
) -> None:
    """Close it, `completed` if all planned sessions are done, and cancel its visits to come without a fee; `also` is
    written before. By a physiotherapist who could treat the patient today.

    Raises NotFound, PermissionDenied, EtagMismatch, CourseIsClosed, Unavailable.
    """
    course = get_course_to_lead(actor, course_id)

    def to_come(now: datetime) -> list[Appointment]:
        return [one for one in sessions_of(course) if one.status in MOVABLE_STATUSES and one.starts_at > now]

    def let_go(visits: Sequence[Appointment], now: datetime) -> None:
        current = still_open(course_id, expected_version)
        also(current, now)
        for visit in visits:
            take_step(actor, visit=visit, to=Status.CANCELLED, at=now, reason=CancelReason.CLINIC.value, changes=FREE)
        _end(actor, current, reason, note, now)

    release_visits(find=to_come, let_go=let_go, patient_ids=[course.patient_id])


def _end(actor: Actor, course: Course, reason: CourseEnd, note: str, now: datetime) -> None:
    done = sessions_done(course)
    status = CourseStatus.COMPLETED if done >= course.planned_sessions else CourseStatus.ENDED_EARLY
    # The reason is a clinical note: it stays with the course, out of the log.
    change(course, status=status, closed_at=now, closed_by_id=actor.user_id, closed_reason=reason, closed_note=note)
    keep_review_point(course)
    settle_course_review(course=course, reason="the course is closed")
    event = CourseClosed(subject_id=course.pk, patient_id=course.patient_id, service_id=course.service_id)
    tell(actor, course, event, status=status.value)

"""Deciding how a course goes on after some sessions (D15, R14)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.appointments.actions.door import lock
from backend.care.actions._course import change, keep_review_point, still_open, tell
from backend.care.actions.close_course import close_course
from backend.care.actions.settle_course_review import settle_course_review
from backend.care.enums import CourseEnd, ReviewOutcome
from backend.care.errors import NothingToReview
from backend.care.event_types import CourseReviewed
from backend.care.models import Course, CourseReview
from backend.care.queries.course_rights import get_course_to_lead
from backend.care.queries.course_sessions import sessions_done
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed

_NOT_LONGER = gettext_noop("An extended course has more sessions than before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided. `planned_sessions` with `extend` alone, `closed_reason` with `finish` alone."""

    outcome: ReviewOutcome
    planned_sessions: int | None = None
    closed_reason: CourseEnd = CourseEnd.NONE
    note: str = ""


def review_course(
    actor: Actor, *, course_id: uuid.UUID, decision: Decision, expected_version: int | None = None
) -> None:
    """Keep the review; visits are booked and checked in again from then on, or the course is closed with it.

    By a physiotherapist who could treat the patient today. Raises NotFound, PermissionDenied, EtagMismatch,
    CourseIsClosed, NothingToReview, Unavailable, and ValidationFailed for an extension that is none.
    """
    course = get_course_to_lead(actor, course_id)

    def review(current: Course, now: datetime) -> None:
        _review(actor, current, decision, now)

    if decision.outcome == ReviewOutcome.FINISH:
        reason = decision.closed_reason
        close_course(actor, course_id=course_id, reason=reason, expected_version=expected_version, also=review)
        return
    with transaction.atomic():
        lock([course.patient_id])
        review(still_open(course_id, expected_version), clock.now())


def _review(actor: Actor, course: Course, decision: Decision, now: datetime) -> None:
    done = sessions_done(course)
    if not done:
        raise NothingToReview
    planned = decision.planned_sessions or course.planned_sessions
    if decision.outcome == ReviewOutcome.EXTEND and planned <= course.planned_sessions:
        raise ValidationFailed(errors=(FieldError("/planned_sessions", FieldCode.TOO_SMALL, _NOT_LONGER),))
    CourseReview.objects.create(
        course=course,
        outcome=decision.outcome,
        sessions_done=done,
        planned_sessions=planned,
        note=decision.note,
        reviewed_at=now,
        reviewed_by_id=actor.user_id,
    )
    change(course, reviewed_at=now, planned_sessions=planned)
    keep_review_point(course)
    settle_course_review(course=course, reason="the course was reviewed")
    event = CourseReviewed(subject_id=course.pk, patient_id=course.patient_id, service_id=course.service_id)
    tell(actor, course, event, planned_sessions=planned)

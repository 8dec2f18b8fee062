"""Courses of treatment, over HTTP."""

import uuid
from typing import Any

from backend.care.actions.close_course import close_course
from backend.care.actions.note_courses_read import note_courses_read
from backend.care.actions.open_course import CourseTerms, open_course
from backend.care.actions.review_course import Decision, review_course
from backend.care.api.course_shapes import (
    CloseCourseRequest,
    Course,
    CourseQuery,
    CourseRequest,
    ReviewCourseRequest,
)
from backend.care.enums import CourseEnd, ReviewOutcome
from backend.care.errors import ClearanceNeeded, CourseIsClosed, CourseIsOpen, NothingToReview
from backend.care.queries.courses import as_seen_by, find_courses, see_course
from backend.common.errors import EtagMismatch, NotFound, PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged

_TERMS = ("planned_sessions", "min_gap_days", "max_gap_days", "review_after_session")


class ListCourses(Operation):
    """List courses of treatment.

    The newest first. Patients, who looks after them and those who treat see all of a course; the desk sees its plan.
    The audit log keeps who read.
    """

    permission = Permission.COURSE_READ
    query = CourseQuery
    returns = page_of(Course)

    def handle(self, call: Call) -> Reply:
        """Whoever may see them."""
        asked = call.query
        found = find_courses(
            call.actor,
            patient_id=asked.get("patient"),
            clinic_ids=asked["clinic"],
            statuses=asked["status"],
            is_review_due=asked.get("is_review_due"),
        )
        reply = paginate(call, found, order=["-id"])
        seen = [as_seen_by(call.actor, row) for row in reply.data["results"]]
        note_courses_read(call.actor, seen=seen)
        reply.data["results"] = seen
        return reply


class CreateCourse(Operation):
    """Plan a course of treatment.

    For a physiotherapist who holds every proof that the treatment requires today, and a patient whom a signed
    assessment found suitable. Of each treatment a patient has one open course for a region. Visits of it that are
    booked already belong to it, and so do those that are booked later by themselves. Then planCourse, bookCourse.
    """

    permission = Permission.COURSE_MANAGE
    accepts = CourseRequest
    returns = Course
    status = 201
    rerender = True
    raises = (NotFound, PermissionDenied, PatientMerged, ClearanceNeeded, CourseIsOpen)

    def handle(self, call: Call) -> Reply:
        """Practitioners, for patients known at a clinic they work at."""
        body = dict(call.body)
        terms = CourseTerms(**{name: body.pop(name) for name in _TERMS})
        course = open_course(call.actor, **{**body, "region": body["region"].value}, terms=terms)
        seen = see_course(call.actor, course.pk)
        return Reply(seen, location=f"/v1/courses/{course.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return see_course(call.actor, resource_id)


class GetCourse(Operation):
    """Read a course of treatment.

    As listCourses shows it. Its sessions are at getCourseProgress.
    """

    permission = Permission.COURSE_READ
    returns = Course

    def handle(self, call: Call, course_id: uuid.UUID) -> Reply:
        """Whoever may see it; another's is as if absent."""
        seen = see_course(call.actor, course_id)
        note_courses_read(call.actor, seen=[seen])
        return Reply(seen)


class CloseCourse(Operation):
    """End a course of treatment.

    It is `completed` if all planned sessions are done, else `ended_early`. Visits to come are cancelled in the same
    transaction, without a fee. What has begun or is over stays as it is.
    """

    permission = Permission.COURSE_MANAGE
    accepts = CloseCourseRequest
    returns = Course
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (PermissionDenied, EtagMismatch, CourseIsClosed)

    def handle(self, call: Call, course_id: uuid.UUID) -> Reply:
        """A physiotherapist who could treat the patient today."""
        reason, note = CourseEnd(call.body["reason"].value), call.body["note"]
        version = call.expected_version
        close_course(call.actor, course_id=course_id, reason=reason, note=note, expected_version=version)
        return Reply(see_course(call.actor, course_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return see_course(call.actor, resource_id)


class ReviewCourse(Operation):
    """Review a course of treatment.

    How it goes on: as planned, longer, or not at all; then as closeCourse. From now on sessions are checked in and
    booked again. It can be reviewed earlier than it is due, once a session is over, and again later.
    """

    permission = Permission.COURSE_MANAGE
    accepts = ReviewCourseRequest
    returns = Course
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (PermissionDenied, EtagMismatch, CourseIsClosed, NothingToReview)

    def handle(self, call: Call, course_id: uuid.UUID) -> Reply:
        """A physiotherapist who could treat the patient today."""
        body = dict(call.body)
        reason = body.pop("reason", None)
        end = CourseEnd(reason.value) if reason else CourseEnd.NONE
        decision = Decision(**{**body, "outcome": ReviewOutcome(body["outcome"])}, closed_reason=end)
        review_course(call.actor, course_id=course_id, decision=decision, expected_version=call.expected_version)
        return Reply(see_course(call.actor, course_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return see_course(call.actor, resource_id)

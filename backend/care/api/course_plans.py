"""Planning and booking the visits of a course, over HTTP."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from backend.appointments.actions.book_series import SeriesVisit
from backend.appointments.errors import EmailNotVerified, SeriesConflict
from backend.appointments.queries.planned import as_shown
from backend.appointments.queries.series import see_series
from backend.care.actions.book_course import book_course
from backend.care.actions.plan_course import CoursePlan, CourseWish, plan_course
from backend.care.api.course_plan_shapes import BookCourseRequest, CourseBooking, CoursePlanRequest
from backend.care.api.course_plan_shapes import CoursePlan as CoursePlanShape
from backend.care.enums import PlanWarning
from backend.care.errors import ClearanceTooShort, CourseFull, CourseIsClosed
from backend.care.queries.course_sessions import course_of_series
from backend.care.queries.courses import see_course
from backend.common.errors import NotFound, PermissionDenied, RangeTooLong
from backend.common.http.operations import Call, Idempotency, Operation, Reply
from backend.common.permissions import Permission

_WARNINGS: Mapping[PlanWarning, str] = {
    PlanWarning.CLEARANCE_TOO_SHORT: gettext_noop("The clearance ends before all these sessions could take place."),
    PlanWarning.CALENDAR_FULL: gettext_noop("Within the gaps, no more times are free."),
    PlanWarning.OTHER_PRACTITIONER: gettext_noop("Not all of these sessions are with who leads the course."),
    PlanWarning.GAP_TOO_LONG: gettext_noop("The first of these sessions comes late after the one before."),
}


class PlanCourse(Operation):
    """Plan the visits of a course.

    Proposes as many as are left, one after the other within the course's gaps, and changes nothing: over the clinics
    and practitioners that would do, around closures, proofs that run out and the patient's other visits, and as far as
    the clearance reaches. None while something stands before the treatment, a review that is due say: `gate_code`
    tells what. Show them, let people swap some for `alternatives`, and send the list to bookCourse.
    """

    permission = Permission.APPOINTMENT_BOOK
    people_only = True
    accepts = CoursePlanRequest
    returns = CoursePlanShape
    budget = "plan"
    raises = (NotFound, PermissionDenied, CourseIsClosed, CourseFull)

    def handle(self, call: Call, course_id: uuid.UUID) -> Reply:
        """Patients, guardians, and staff of every clinic named."""
        body = dict(call.body)
        for name in ("clinic_ids", "practitioner_ids"):
            body[name] = tuple(body[name])
        for name in ("weekdays", "day_parts"):
            body[name] = frozenset(body[name])
        return Reply(_told(course_id, plan_course(call.actor, course_id=course_id, wish=CourseWish(**body))))


class BookCourse(Operation):
    """Book visits of a course together.

    The list that was shown, of planCourse or put together from listSlots. All of them in one transaction, or none: then
    the answer is `series_conflict`. With `accept_partial` those that can be booked are. They must be as many as are
    left, as far apart as the course wants, and before the clearance ends. Texts that the patient has yet to agree to
    (`consent_needed`) are for createConsent, beforehand. Send the same Idempotency-Key when you retry.
    """

    permission = Permission.APPOINTMENT_BOOK
    people_only = True
    accepts = BookCourseRequest
    returns = CourseBooking
    status = 201
    idempotency = Idempotency.REQUIRED
    budget = "book"
    rerender = True
    raises = (
        NotFound,
        PermissionDenied,
        EmailNotVerified,
        RangeTooLong,
        SeriesConflict,
        CourseIsClosed,
        CourseFull,
        ClearanceTooShort,
    )

    def handle(self, call: Call, course_id: uuid.UUID) -> Reply:
        """Patients, guardians, and staff of every clinic named."""
        body = dict(call.body)
        visits = [SeriesVisit(**visit) for visit in body.pop("visits")]
        series = book_course(call.actor, course_id=course_id, visits=visits, **body)
        told = self.reload(call, series.pk)
        return Reply(told, location=f"/v1/courses/{course_id}", resource_id=series.pk)

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The visits, and the course, as they are now."""
        series = see_series(call.actor, resource_id)
        course = see_course(call.actor, course_of_series(resource_id))
        conflicts = [{**one, "rules": [rule["code"] for rule in one["rules"]]} for one in series.conflicts]
        return {"series_id": series.row.pk, "course": course, "visits": series.visits, "conflicts": conflicts}


def _told(course_id: uuid.UUID, found: CoursePlan) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "is_complete": len(found.visits) == found.plan.wish.count,
        "gate_code": found.plan.gate.code,
        "min_gap_days": found.plan.wish.min_gap_days,
        "covered_until_date": found.covered_until,
        "visits": as_shown(found.visits, found.plan.facts),
        "warnings": [{"code": code, "detail": gettext(_WARNINGS[code])} for code in found.warnings],
    }

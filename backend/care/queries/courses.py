"""Courses as a caller may see them: who plans visits sees the plan, not what was found (D11)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.models import Course
from backend.care.queries.course_sessions import COUNTING
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.patients.models import ReviewPoint

NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class SeenCourse:
    """A course as `courses_for` reads it, and whether what was found is kept from who looks."""

    row: Any
    is_redacted: bool

    @property
    def version(self) -> int:
        """What If-Match compares (R18)."""
        version: int = self.row.version
        return version

    @property
    def sessions_left(self) -> int:
        """How many sessions are planned beyond those that are done or booked."""
        left: int = self.row.planned_sessions - self.row.sessions_done - self.row.sessions_booked
        return max(left, 0)

    @property
    def region(self) -> str:
        """The region, for those who may know."""
        return NOT_SHOWN if self.is_redacted else str(self.row.region)

    @property
    def closed_reason(self) -> str:
        """Why it ended, likewise."""
        return NOT_SHOWN if self.is_redacted and self.row.closed_at else str(self.row.closed_reason)

    @property
    def closed_note(self) -> str:
        """A clinical note."""
        return "" if self.is_redacted else str(self.row.closed_note)

    @property
    def reviews(self) -> Sequence[Any]:
        """The reviews by time, likewise."""
        return [] if self.is_redacted else sorted(self.row.reviews.all(), key=lambda one: (one.reviewed_at, one.pk))


def _courses_for(actor: Actor) -> QuerySet[Course]:
    """The courses that the caller may see, with what an answer shows of them."""
    due = Appointment.objects.filter(pk=OuterRef("due_after_id"), status=Status.COMPLETED)
    is_due = Exists(ReviewPoint.objects.filter(Exists(due), course_id=OuterRef("pk")))
    booked = [status for status in COUNTING if status != Status.COMPLETED]
    found: QuerySet[Course] = Course.objects.visible_to(actor, Permission.COURSE_READ)
    return (
        found.select_related("patient", "service", "clinic", "practitioner", "clearance")
        .prefetch_related("reviews__reviewed_by")
        .annotate(
            sessions_done=Count("visits", filter=Q(visits__appointment__status=Status.COMPLETED)),
            sessions_booked=Count("visits", filter=Q(visits__appointment__status__in=booked)),
            is_review_due=is_due,
        )
    )


def get_course_for(actor: Actor, course_id: uuid.UUID) -> Any:
    """One of them. Raises NotFound: another's is as if absent."""
    course = _courses_for(actor).filter(pk=course_id).first()
    if course is None:
        raise NotFound
    return course


def as_seen_by(actor: Actor, row: Any) -> SeenCourse:
    """What was found is for the patient, for those who treat, and for who is asked about the patient's health."""
    may = (
        row.patient_id in actor.own_patients(Permission.SCREENING_READ)
        or Permission.COURSE_MANAGE in actor.own_calendar
    )
    return SeenCourse(row, is_redacted=not may)


def see_course(actor: Actor, course_id: uuid.UUID) -> SeenCourse:
    """One as the caller sees it. Raises NotFound."""
    return as_seen_by(actor, get_course_for(actor, course_id))


def find_courses(
    actor: Actor,
    *,
    patient_id: uuid.UUID | None = None,
    clinic_ids: Collection[uuid.UUID] = (),
    statuses: Collection[str] = (),
    is_review_due: bool | None = None,
) -> QuerySet[Course]:
    """Those of the caller's courses that fit."""
    found: QuerySet[Any] = _courses_for(actor)
    if patient_id:
        found = found.filter(patient_id=patient_id)
    if clinic_ids:
        found = found.filter(clinic_id__in=clinic_ids)
    if statuses:
        found = found.filter(status__in=statuses)
    return found if is_review_due is None else found.filter(is_review_due=is_review_due)

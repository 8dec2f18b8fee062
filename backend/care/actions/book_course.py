"""Booking visits of a course together."""

import uuid
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext_noop

from backend.appointments.actions.book_series import SeriesVisit, book_series
from backend.appointments.models import Appointment, Series
from backend.care.actions._course import attach, change, still_open, tell
from backend.care.errors import ClearanceTooShort, CourseFull
from backend.care.event_types import CourseBooked
from backend.care.models import Course
from backend.care.queries.clearances import longest_clearance
from backend.care.queries.course_rights import get_course_to_book
from backend.care.queries.course_sessions import local_date, sessions_of
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed

_TOO_NEAR = gettext_noop("Two visits of the course are nearer to each other than its shortest gap.")


def book_course(
    actor: Actor,
    *,
    course_id: uuid.UUID,
    visits: Sequence[SeriesVisit],
    accept_partial: bool = False,
    note: str = "",
) -> Series:
    """Book them all in one transaction or none; with `accept_partial` those that can be booked, if any.

    What the course allows is asked behind the locks that the visits are booked behind. Raises as `book_series`, and
    CourseIsClosed, CourseFull, ClearanceTooShort (R14), and ValidationFailed for visits nearer than the course's gap.
    """
    course: Course = get_course_to_book(actor, course_id)

    def attach_all(series: Series, booked: Sequence[Appointment]) -> None:
        current = still_open(course_id)
        known = sessions_of(current)
        if len(known) + len(booked) > current.planned_sessions:
            raise CourseFull
        _require_gaps(current, known, booked)
        _require_cover(current, max(map(local_date, booked)))
        attach(current, booked)
        about = {"patient_id": current.patient_id, "service_id": current.service_id, "series_id": series.pk}
        event = CourseBooked(subject_id=current.pk, **about)
        tell(actor, current, event, appointment_ids=[str(visit.pk) for visit in booked])

    return book_series(
        actor,
        service_id=course.service_id,
        visits=visits,
        patient_id=course.patient_id,
        accept_partial=accept_partial,
        note=note,
        then=attach_all,
    )


def _require_gaps(course: Course, known: Sequence[Appointment], booked: Sequence[Appointment]) -> None:
    new = {local_date(visit) for visit in booked}
    days = sorted([*map(local_date, known), *map(local_date, booked)])
    for earlier, later in pairwise(days):
        if (later - earlier).days < course.min_gap_days and {earlier, later} & new:
            raise ValidationFailed(errors=(FieldError("/visits", FieldCode.TOO_SMALL, _TOO_NEAR),))


def _require_cover(course: Course, last: date) -> None:
    """By the clearance that lasts longest by now: the patient may have been assessed again."""
    today = clock.now().date()
    clearance = longest_clearance(patient_id=course.patient_id, service=course.service, region=course.region, on=today)
    if clearance is None or clearance.valid_until < last:
        raise ClearanceTooShort
    if clearance.pk != course.clearance_id:
        change(course, clearance=clearance)

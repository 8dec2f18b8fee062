"""The visits that are the sessions of a course."""

import uuid
from datetime import date

from backend.appointments.enums import BLOCKING_STATUSES, Status
from backend.appointments.models import Appointment
from backend.care.models import Course
from backend.common import walltime

# The states in which a visit stands for a session: to come, going on, or over.
COUNTING = (*(status for status in BLOCKING_STATUSES if status != Status.HELD), Status.COMPLETED)


def sessions_of(course: Course) -> list[Appointment]:
    """The visits that stand for its sessions, by start."""
    counting = [str(status) for status in COUNTING]
    visits = Appointment.objects.filter(course_visits__course=course, status__in=counting)
    return list(visits.order_by("starts_at", "pk"))


def sessions_done(course: Course) -> int:
    """How many of them are over."""
    return sum(visit.status == Status.COMPLETED for visit in sessions_of(course))


def local_date(visit: Appointment) -> date:
    """The date of a visit on the clinic's wall."""
    return walltime.local_date_of(walltime.minute_of(visit.starts_at), walltime.zone(visit.timezone))


def course_of_series(series_id: uuid.UUID) -> uuid.UUID:
    """The course that the visits of a series are sessions of."""
    found: uuid.UUID = Course.objects.filter(visits__appointment__series_id=series_id).values_list("pk", flat=True)[0]
    return found


def review_key(course: Course) -> str:
    """The cause by which the task of a course's review is opened once."""
    return f"course-review:{course.pk}"

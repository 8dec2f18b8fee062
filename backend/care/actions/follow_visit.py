"""What becomes of a visit, for the course that it is a session of."""

import uuid
from datetime import timedelta

from backend.appointments.actions.door import lock
from backend.appointments.actions.flag_patients_visits import flag_patients_visits
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.actions._course import keep_review_point
from backend.care.models import Course, CourseVisit
from backend.care.queries.course_sessions import local_date, review_key
from backend.patients.models import ReviewPoint
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind

_WITHIN = timedelta(days=2)


def follow_visit(*, appointment_id: uuid.UUID) -> None:
    """A session was moved, cancelled, missed or is over: its course may fall due for review, after this one or after
    another. Inside a transaction."""
    link = CourseVisit.objects.filter(appointment_id=appointment_id).select_related("course").first()
    if link is None:
        return
    lock([link.course.patient_id])
    course: Course = Course.objects.get(pk=link.course_id)
    keep_review_point(course)
    due = ReviewPoint.objects.filter(course_id=course.pk, due_after_id=appointment_id).exists()
    visit = Appointment.objects.get(pk=appointment_id)
    if due and visit.status == Status.COMPLETED:
        _ask_for_review(course, visit)
        flag_patients_visits(patient_id=course.patient_id)


def _ask_for_review(course: Course, visit: Appointment) -> None:
    """Of whoever leads the course; the text says nothing of how it goes (D11)."""
    task = NewTask(
        clinic_id=course.clinic_id,
        kind=TaskKind.COURSE_REVIEW,
        text=f"Review the patient's course of treatment: session {course.review_after_session} is over.",
        due_date=local_date(visit) + _WITHIN,
        dedupe_key=review_key(course),
        appointment_id=visit.pk,
        patient_id=course.patient_id,
        practitioner_id=course.practitioner_id,
    )
    open_tasks(wanted=[task], reason="a course has come to its review")

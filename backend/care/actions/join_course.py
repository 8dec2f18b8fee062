"""Letting a visit that was booked by itself be a session."""

import uuid

from backend.appointments.actions.door import lock
from backend.appointments.models import Appointment
from backend.care.actions._course import attach
from backend.care.enums import OPEN_STATUSES
from backend.care.models import Course, CourseVisit
from backend.care.queries.course_sessions import sessions_of


def join_course(*, appointment_id: uuid.UUID) -> None:
    """Let a visit that was booked by itself be a session of the patient's open course, the oldest with sessions left;
    inside a transaction."""
    visit = Appointment.objects.filter(pk=appointment_id).first()
    if visit is None or visit.patient_id is None:
        return
    lock([visit.patient_id])
    if CourseVisit.objects.filter(appointment=visit).exists():
        return
    about = {"patient_id": visit.patient_id, "service_id": visit.service_id}
    for course in Course.objects.filter(**about, status__in=OPEN_STATUSES).order_by("opened_at", "pk"):
        if len(sessions_of(course)) < course.planned_sessions:
            attach(course, [visit])
            return

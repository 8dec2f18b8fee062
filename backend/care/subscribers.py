"""What follows for those who treat, and for courses, from what becomes of visits."""

from backend.appointments.event_types import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from backend.care.actions.ask_for_assessment import ask_for_assessment
from backend.care.actions.follow_visit import follow_visit
from backend.care.actions.join_course import join_course
from backend.events.models import DomainEvent
from backend.events.subscriptions import on


@on(AppointmentCompleted, name="care.ask_for_assessment")
def ask(event: DomainEvent) -> None:
    """A visit is over in which the patient was to be assessed."""
    ask_for_assessment(appointment_id=event.subject_id)


@on(AppointmentBooked, name="care.join_course")
def join(event: DomainEvent) -> None:
    """A visit that was booked by itself may be a session of a course."""
    join_course(appointment_id=event.subject_id)


@on(AppointmentRescheduled, AppointmentCancelled, AppointmentNoShow, AppointmentCompleted, name="care.follow_visit")
def follow(event: DomainEvent) -> None:
    """Which session is the one before the review may have changed, or it is over."""
    follow_visit(appointment_id=event.subject_id)

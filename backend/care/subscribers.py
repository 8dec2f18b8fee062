"""What follows for those who treat from what becomes of visits."""

from backend.appointments.event_types import AppointmentCompleted
from backend.care.actions.ask_for_assessment import ask_for_assessment
from backend.events.models import DomainEvent
from backend.events.subscriptions import on


@on(AppointmentCompleted, name="care.ask_for_assessment")
def ask(event: DomainEvent) -> None:
    """A visit is over in which the patient was to be assessed."""
    ask_for_assessment(appointment_id=event.subject_id)

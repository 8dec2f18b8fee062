"""Visits and holds, one table, and the history of their states."""

from backend.appointments.models.appointment import Appointment
from backend.appointments.models.transition import Transition

__all__ = ["Appointment", "Transition"]

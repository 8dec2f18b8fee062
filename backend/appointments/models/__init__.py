"""Visits and holds, one table, and the history of their states; who waits for a time, and what was offered."""

from backend.appointments.models.appointment import Appointment
from backend.appointments.models.series import Series
from backend.appointments.models.transition import Transition
from backend.appointments.models.waitlist import (
    WaitlistEntry,
    WaitlistOffer,
    WaitlistPlace,
    WaitlistPractitioner,
    WaitlistWindow,
)

__all__ = [
    "Appointment",
    "Series",
    "Transition",
    "WaitlistEntry",
    "WaitlistOffer",
    "WaitlistPlace",
    "WaitlistPractitioner",
    "WaitlistWindow",
]

"""Whether a visit can still be put somewhere else."""

from backend.appointments.enums import MOVABLE_STATUSES
from backend.appointments.errors import InvalidTransition
from backend.appointments.models import Appointment
from backend.common import clock


def require_movable(visit: Appointment) -> None:
    """Raise InvalidTransition unless it is booked or confirmed, and yet to begin."""
    if visit.status not in MOVABLE_STATUSES:
        raise InvalidTransition("Only a visit that is booked or confirmed can be moved.")
    if clock.now() >= visit.starts_at:
        raise InvalidTransition("The visit has begun; it can no longer be moved.")

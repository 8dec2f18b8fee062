"""Who may know how a patient is."""

from backend.appointments.models import Appointment
from backend.common.access import Actor
from backend.common.permissions import Permission


def sees_health_of(actor: Actor, visit: Appointment) -> bool:
    """The patient, who looks after them, and who gives the visit: not the desk, nor whoever manages (D11)."""
    is_own = visit.patient_id in actor.own_patients(Permission.CHECK_IN_READ)
    gives = Permission.RECORD_KEEP in actor.own_calendar and visit.practitioner_id == actor.practitioner_id
    return is_own or gives

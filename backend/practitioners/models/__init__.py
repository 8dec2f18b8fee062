"""Who gives care: what they may do, where, and when."""

from backend.practitioners.models.hours import ExtraHours, TimeOff, WorkingHours
from backend.practitioners.models.profile import Credential, Offering, Placement, Practitioner

__all__ = ["Credential", "ExtraHours", "Offering", "Placement", "Practitioner", "TimeOff", "WorkingHours"]

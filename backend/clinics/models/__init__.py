"""Where care happens, what is offered there, and who works there."""

from backend.clinics.models.catalogue import ClinicService, RequiredCredential, Service
from backend.clinics.models.hours import Closure, OpeningHours
from backend.clinics.models.invitations import MemberInvitation
from backend.clinics.models.keys import ApiKey
from backend.clinics.models.people import Membership
from backend.clinics.models.places import Clinic, Organisation, Room
from backend.clinics.models.questions import QuestionAnswer, QuestionSet

__all__ = [
    "ApiKey",
    "Clinic",
    "ClinicService",
    "Closure",
    "MemberInvitation",
    "Membership",
    "OpeningHours",
    "Organisation",
    "QuestionAnswer",
    "QuestionSet",
    "RequiredCredential",
    "Room",
    "Service",
]

"""Tables of the patients app."""

from backend.patients.models.clearance import Clearance
from backend.patients.models.consent import Consent, ConsentText
from backend.patients.models.family import GuardianInvitation, Guardianship
from backend.patients.models.people import Patient, PatientClinic
from backend.patients.models.review import ReviewPoint
from backend.patients.models.screening import Screening, ScreeningQuestionnaire

__all__ = [
    "Clearance",
    "Consent",
    "ConsentText",
    "GuardianInvitation",
    "Guardianship",
    "Patient",
    "PatientClinic",
    "ReviewPoint",
    "Screening",
    "ScreeningQuestionnaire",
]

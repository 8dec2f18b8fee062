"""Tables of the care app."""

from backend.care.models.advice import AdviceTemplate
from backend.care.models.assessment import Assessment, AssessmentVersion
from backend.care.models.check_in import CheckIn, CheckInCall
from backend.care.models.course import Course, CourseReview, CourseVisit
from backend.care.models.session_record import SessionRecord, SessionRecordAmendment

__all__ = [
    "AdviceTemplate",
    "Assessment",
    "AssessmentVersion",
    "CheckIn",
    "CheckInCall",
    "Course",
    "CourseReview",
    "CourseVisit",
    "SessionRecord",
    "SessionRecordAmendment",
]

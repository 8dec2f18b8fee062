"""Refusals of those who treat, and the constraints that stand behind them."""

from backend.common.errors import AlreadyExists, Code, DomainError, Kind, PermissionDenied


class NotForAClinician(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "Nothing here waits for a physiotherapist."


class NotCertified(PermissionDenied):
    detail = "Only who holds every proof that the treatment requires there today may sign, and nobody for themselves."


class AssessmentIsSigned(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The assessment is signed. It can be amended, with a reason."


class AssessmentNotSigned(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The assessment is still a draft. Change it as it is, then sign it."


class AssessmentIncomplete(DomainError):
    """422: `errors` point at what is missing."""

    code, kind = Code.ASSESSMENT_INCOMPLETE, Kind.UNPROCESSABLE
    detail = "Something is missing that a signed assessment says."


class NothingToRecord(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "Sessions with needles are recorded once the patient is checked in. This visit is none, or not there yet."


class RecordSigned(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The record is signed. It can be amended, with a reason."


class RecordNotSigned(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The record is still a draft. Change it as it is, then sign it."


class RecordIncomplete(DomainError):
    """422: `errors` point at what is missing in the record."""

    code, kind = Code.RECORD_INCOMPLETE, Kind.UNPROCESSABLE
    detail = "The record lacks something that must be there before it is signed."


class NeedlesUnaccounted(DomainError):
    """422: as many needles come out as went in, or nobody signs (D12)."""

    code, kind = Code.NEEDLES_UNACCOUNTED, Kind.UNPROCESSABLE
    detail = "Not as many needles came out as went in. Count again."


class AdviceNotDraft(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "This version of the advice is approved already."


class AdviceNotApproved(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "Only a version that is approved and not in use yet can be put to use."


class ColdOrHeatUndecided(DomainError):
    """422: sources disagree on cold, so the clinic decides before patients are told anything (D20)."""

    code, kind = Code.COLD_OR_HEAT_UNDECIDED, Kind.UNPROCESSABLE
    detail = "The clinic has not chosen between cold and heat yet. Set cold_or_heat in its policy first."


class CheckInNotDue(DomainError):
    """422: `opens_at`, `closes_at` and `clinic_phone` in the problem; the first two are null where none ever is due."""

    code, kind = Code.CHECK_IN_NOT_DUE, Kind.UNPROCESSABLE
    detail = "This is not asked now. If anything worries you, call the clinic."


class ClearanceNeeded(DomainError):
    code, kind = Code.CLEARANCE_NEEDED, Kind.UNPROCESSABLE
    detail = "No signed assessment clears this region for the treatment."


class ClearanceTooShort(DomainError):
    code, kind = Code.CLEARANCE_TOO_SHORT, Kind.UNPROCESSABLE
    detail = "The clearance ends before the last of these visits."


class CourseIsClosed(DomainError):
    code, kind, detail = Code.INVALID_TRANSITION, Kind.CONFLICT, "This course is closed."


class CourseFull(DomainError):
    code, kind = Code.COURSE_FULL, Kind.CONFLICT
    detail = "These are more visits than the course has sessions left."


class NothingToReview(DomainError):
    code, kind, detail = Code.INVALID_TRANSITION, Kind.CONFLICT, "No session of this course is over yet."


class CourseIsOpen(AlreadyExists):
    detail = "The patient has an open course of this treatment for this region."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "advice_is_in_use_once": AlreadyExists,
    "advice_needs_cold_or_heat": ColdOrHeatUndecided,
    "advice_version_is_given_once": AlreadyExists,
    "assessment_is_one_of_a_visit": AlreadyExists,
    "assessment_version_is_counted_once": AssessmentIsSigned,
    "assessment_is_amended_only": AssessmentIsSigned,
    "assessment_is_whole_when_signed": AssessmentIncomplete,
    "course_is_open_once": CourseIsOpen,
    "course_step_is_legal": CourseIsClosed,
    "visit_is_of_one_course": AlreadyExists,
    "care_sessionrecord_appointment_id_key": AlreadyExists,
    "check_in_is_answered_once": AlreadyExists,
    "check_in_is_called_for_once": AlreadyExists,
    "session_record_amendment_is_counted_once": AlreadyExists,
    "session_record_is_amended_only": RecordSigned,
    "session_record_is_of_a_visit_that_takes_place": NothingToRecord,
    "session_record_is_whole_when_signed": RecordIncomplete,
    "session_record_leaves_no_needle": NeedlesUnaccounted,
}

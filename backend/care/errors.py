"""Refusals of those who treat, and the constraints that stand behind them."""

from backend.common.errors import AlreadyExists, Code, DomainError, Kind


class NotForAClinician(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "Nothing here waits for a physiotherapist."


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


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "care_sessionrecord_appointment_id_key": AlreadyExists,
    "session_record_amendment_is_counted_once": AlreadyExists,
    "session_record_is_amended_only": RecordSigned,
    "session_record_is_of_a_visit_that_takes_place": NothingToRecord,
    "session_record_is_whole_when_signed": RecordIncomplete,
    "session_record_leaves_no_needle": NeedlesUnaccounted,
}

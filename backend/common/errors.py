"""What can go wrong, by name. `code` is the contract with clients; HTTP numbers live in `common.http`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """The nature of a failure; `common.http.problems` turns it into a status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    PRECONDITION = "precondition"
    UNPROCESSABLE = "unprocessable"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class Code(StrEnum):
    """Why a request failed. Members may be added at any time: treat an unknown one by the status of the answer."""

    VALIDATION_FAILED = "validation_failed"
    UNKNOWN_FIELD = "unknown_field"
    MALFORMED_JSON = "malformed_json"
    CURSOR_INVALID = "cursor_invalid"
    RANGE_TOO_LONG = "range_too_long"
    IDEMPOTENCY_KEY_REQUIRED = "idempotency_key_required"
    NOT_AUTHENTICATED = "not_authenticated"
    TOKEN_INVALID = "token_invalid"  # noqa: S105 - a code, not a secret
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a code, not a secret
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105 - a code, not a secret
    SESSION_REVOKED = "session_revoked"
    CREDENTIALS_INVALID = "credentials_invalid"
    MFA_REQUIRED = "mfa_required"
    PERMISSION_DENIED = "permission_denied"
    EMAIL_NOT_VERIFIED = "email_not_verified"
    STEP_UP_REQUIRED = "step_up_required"
    STILL_MEMBER = "still_member"
    OVERRIDE_NOT_ALLOWED = "override_not_allowed"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    SLOT_TAKEN = "slot_taken"
    HOLD_EXPIRED = "hold_expired"
    HOLD_BOOKED = "hold_booked"
    INVALID_TRANSITION = "invalid_transition"
    PATIENT_OVERLAP = "patient_overlap"
    SERIES_CONFLICT = "series_conflict"
    COURSE_FULL = "course_full"
    PATIENT_MERGED = "patient_merged"
    PATIENT_HAS_ACCOUNT = "patient_has_account"
    MERGE_CONFLICT = "merge_conflict"
    SECOND_PERSON_NEEDED = "second_person_needed"
    FEE_CHANGED = "fee_changed"
    ALREADY_EXISTS = "already_exists"
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress"
    ETAG_MISMATCH = "etag_mismatch"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    SLOT_NOT_BOOKABLE = "slot_not_bookable"
    CHECK_IN_REFUSED = "check_in_refused"
    ASSESSMENT_INCOMPLETE = "assessment_incomplete"
    RECORD_INCOMPLETE = "record_incomplete"
    NEEDLES_UNACCOUNTED = "needles_unaccounted"
    COLD_OR_HEAT_UNDECIDED = "cold_or_heat_undecided"
    CHECK_IN_NOT_DUE = "check_in_not_due"
    CLEARANCE_NEEDED = "clearance_needed"
    CLEARANCE_TOO_SHORT = "clearance_too_short"
    CANCELLATION_TOO_LATE = "cancellation_too_late"
    RESCHEDULE_LIMIT_REACHED = "reschedule_limit_reached"
    IF_MATCH_REQUIRED = "if_match_required"
    RATE_LIMITED = "rate_limited"
    INTERNAL_ERROR = "internal_error"
    UNAVAILABLE = "unavailable"


class FieldCode(StrEnum):
    """Why one value was refused. Members may be added at any time: treat an unknown one as `invalid`."""

    REQUIRED = "required"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    NULL = "null"
    BLANK = "blank"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    NOT_A_CHOICE = "not_a_choice"
    NAIVE_TIME = "naive_time"
    NOT_FOUND = "not_found"
    MISMATCH = "mismatch"
    TAKEN = "taken"
    TOO_COMMON = "too_common"
    TOO_SIMILAR = "too_similar"
    NUMERIC_ONLY = "numeric_only"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused value: JSON pointer (RFC 6901) into the body, or `?name` for a query parameter."""

    pointer: str
    code: FieldCode
    detail: str


class DomainError(Exception):
    """A refusal the caller can act on. Subclasses fix `code` and `kind`; `members` are the extra problem members."""

    code: Code
    kind: Kind
    detail: str = ""
    always: ClassVar[Mapping[str, Any]] = {}
    """The members that every problem of this code has, as they are where nothing more is known."""

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        members: Mapping[str, Any] | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        self.errors = errors
        self.members = {**self.always, **(members or {})}
        self.retry_after_seconds = retry_after_seconds


class ValidationFailed(DomainError):
    code, kind, detail = Code.VALIDATION_FAILED, Kind.INVALID, "Some of what was sent is not valid."


class RangeTooLong(DomainError):
    code, kind, detail = Code.RANGE_TOO_LONG, Kind.INVALID, "The range of dates is too long."


class CursorInvalid(DomainError):
    code, kind, detail = Code.CURSOR_INVALID, Kind.INVALID, "This cursor is not one we gave for this list."


class NotFound(DomainError):
    code, kind, detail = Code.NOT_FOUND, Kind.MISSING, "There is no such thing, or it is not yours to see."


class PermissionDenied(DomainError):
    code, kind, detail = Code.PERMISSION_DENIED, Kind.FORBIDDEN, "You may see this, but not do that with it."


class AlreadyExists(DomainError):
    code, kind, detail = Code.ALREADY_EXISTS, Kind.CONFLICT, "One like it exists already."


class EtagMismatch(DomainError):
    code, kind, detail = Code.ETAG_MISMATCH, Kind.PRECONDITION, "It has changed since you read it. Read it again."


class RateLimited(DomainError):
    code, kind, detail = Code.RATE_LIMITED, Kind.LIMITED, "Too many requests. Wait a moment."


class Unavailable(DomainError):
    code, kind, detail = Code.UNAVAILABLE, Kind.UNAVAILABLE, "Too busy at this moment. Try again shortly."

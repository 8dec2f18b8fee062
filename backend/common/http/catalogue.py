"""Every code an answer may carry, explained once: for the contract, `GET /v1/errors` and the docs page."""

from dataclasses import dataclass

from backend.common.errors import Code, Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """`title` says what happened, `cause` why, `remedy` what the client does about it. English; translated on use."""

    kind: Kind
    title: str
    cause: str
    remedy: str


CATALOGUE: dict[Code, Entry] = {
    Code.VALIDATION_FAILED: Entry(
        Kind.INVALID,
        "Not valid",
        "A value is missing, of the wrong type or out of range.",
        "Read errors[]: each entry points at one value and says what is wrong with it.",
    ),
    Code.UNKNOWN_FIELD: Entry(
        Kind.INVALID,
        "Unknown field",
        "The body or the query has a name that this operation does not know.",
        "Remove what errors[] points at; check the spelling against the contract.",
    ),
    Code.MALFORMED_JSON: Entry(
        Kind.INVALID,
        "Malformed JSON",
        "The body is not one JSON object, names a member twice, or is nested too deep.",
        "Send one JSON object in UTF-8, at most 32 levels deep.",
    ),
    Code.CURSOR_INVALID: Entry(
        Kind.INVALID,
        "Invalid cursor",
        "The cursor was altered, or the filters are not those of the page before.",
        "Start again without a cursor, and keep the filters while you page.",
    ),
    Code.RANGE_TOO_LONG: Entry(
        Kind.INVALID,
        "Range too long",
        "More days were asked for than one answer may cover.",
        "Ask for a shorter range, or page through it.",
    ),
    Code.IDEMPOTENCY_KEY_REQUIRED: Entry(
        Kind.INVALID,
        "Idempotency-Key required",
        "This operation takes effect once per key, so it needs one.",
        "Send a new random Idempotency-Key for each intent, and the same one when you retry.",
    ),
    Code.NOT_AUTHENTICATED: Entry(
        Kind.UNAUTHENTICATED,
        "Not signed in",
        "No access token was sent.",
        "Sign in and send the access token as a bearer token.",
    ),
    Code.TOKEN_INVALID: Entry(
        Kind.UNAUTHENTICATED,
        "Invalid token",
        "The token is malformed, or was not issued here for this use.",
        "Sign in again.",
    ),
    Code.TOKEN_EXPIRED: Entry(
        Kind.UNAUTHENTICATED,
        "Token expired",
        "The token is older than its lifetime.",
        "Get a new access token with the refresh token, then repeat the request.",
    ),
    Code.REFRESH_TOKEN_REUSED: Entry(
        Kind.UNAUTHENTICATED,
        "Refresh token reused",
        "A refresh token that was already exchanged came again, so the session was ended.",
        "Sign in again. If this repeats, make sure only one place stores the tokens.",
    ),
    Code.SESSION_REVOKED: Entry(
        Kind.UNAUTHENTICATED,
        "Session ended",
        "The session was ended by signing out, by a change of password or of one's roles, or from another device.",
        "Sign in again.",
    ),
    Code.CREDENTIALS_INVALID: Entry(
        Kind.UNAUTHENTICATED,
        "Wrong e-mail or password",
        "No account matches this e-mail and password.",
        "Ask the person to check both, or to reset the password.",
    ),
    Code.MFA_REQUIRED: Entry(
        Kind.UNAUTHENTICATED,
        "Code required",
        "The password is right, and this account signs in with a second factor, or must have one.",
        "Ask for a code, and send it with mfa_token to completeSignIn; if is_enrolled is false, have one set up first.",
    ),
    Code.PERMISSION_DENIED: Entry(
        Kind.FORBIDDEN,
        "Not allowed",
        "The caller may see this, but has no right to do that with it.",
        "Do not offer this action to this person; permissions are listed by getMe.",
    ),
    Code.EMAIL_NOT_VERIFIED: Entry(
        Kind.FORBIDDEN,
        "E-mail not verified",
        "Booking needs a verified e-mail address.",
        "Ask the person to open the link we sent, or have it sent again.",
    ),
    Code.STEP_UP_REQUIRED: Entry(
        Kind.FORBIDDEN,
        "Prove again who you are",
        "This asks for a proof of the last minutes that it is the person, and the last one is older.",
        "Ask for the password, and for a code if a second factor is on, send them to proveIdentity, then repeat this.",
    ),
    Code.STILL_MEMBER: Entry(
        Kind.FORBIDDEN,
        "Still works here",
        "The account has a role at a clinic, so it cannot be closed.",
        "Have a manager take the roles away first, then close it.",
    ),
    Code.OVERRIDE_NOT_ALLOWED: Entry(
        Kind.FORBIDDEN,
        "Override not allowed",
        "A rule was to be set aside that nobody may override, or not by this caller.",
        "Remove that override, or ask someone who holds the right.",
    ),
    Code.NOT_FOUND: Entry(
        Kind.MISSING,
        "Not found",
        "It does not exist, or it is not the caller's to see.",
        "Check the id; do not retry.",
    ),
    Code.METHOD_NOT_ALLOWED: Entry(
        Kind.INVALID,
        "Method not allowed",
        "The address exists, but not with this method.",
        "Use one of the methods in the header Allow.",
    ),
    Code.NOT_ACCEPTABLE: Entry(
        Kind.INVALID,
        "Not acceptable",
        "The header Accept leaves out the only form this answer has.",
        "Accept application/json.",
    ),
    Code.SLOT_TAKEN: Entry(
        Kind.CONFLICT,
        "Slot taken",
        "Someone else got this start first.",
        "Offer alternatives[], or search again.",
    ),
    Code.HOLD_EXPIRED: Entry(
        Kind.CONFLICT,
        "Hold expired",
        "The hold ran out before it was booked.",
        "Book the start outright, or search again; it may still be free.",
    ),
    Code.HOLD_BOOKED: Entry(
        Kind.CONFLICT,
        "Hold booked already",
        "The hold has become a visit, by an earlier request with another Idempotency-Key.",
        "Read the visit appointment_id, and show it; do not book again.",
    ),
    Code.INVALID_TRANSITION: Entry(
        Kind.CONFLICT,
        "Not possible in this status",
        "The status it has now does not allow this step.",
        "Read it again and offer what its present status allows.",
    ),
    Code.PATIENT_OVERLAP: Entry(
        Kind.CONFLICT,
        "Patient has another visit then",
        "The patient already has a visit at that time.",
        "Choose another start, or move the other visit first.",
    ),
    Code.FEE_CHANGED: Entry(
        Kind.CONFLICT,
        "Fee changed",
        "Cancelling costs something else by now than expected_fee_minor says.",
        "Show fee_if_now_minor, and cancel with it as expected_fee_minor once the person agrees.",
    ),
    Code.SERIES_CONFLICT: Entry(
        Kind.CONFLICT,
        "Not all visits can be booked",
        "Rules refuse some visits of the series, so none was booked.",
        "Read conflicts[]: each has rules[] and alternatives[]. Send the list again with others, or accept_partial.",
    ),
    Code.COURSE_FULL: Entry(
        Kind.CONFLICT,
        "No sessions left",
        "The course has fewer sessions left than these visits, those that are booked counted.",
        "Read the course: sessions_left says how many. A review can extend it.",
    ),
    Code.PATIENT_MERGED: Entry(
        Kind.CONFLICT,
        "Merged into another record",
        "This record is a duplicate that another one of the same person took in.",
        "Go on with the patient merged_into_id; getPatient of this one tells it, too.",
    ),
    Code.PATIENT_HAS_ACCOUNT: Entry(
        Kind.CONFLICT,
        "An account is in the way",
        "Somebody signs in with the record that is to be taken in, or did, or has closed the account of the other one.",
        "Propose it the other way round, unless an account is closed: what is kept of that goes in its own time.",
    ),
    Code.MERGE_CONFLICT: Entry(
        Kind.CONFLICT,
        "The two records contradict each other",
        "Both have something that one person cannot have twice: visits at one time, say.",
        "Read conflicts[]: cancel, move or end one of each pair, then try again. Nothing was changed.",
    ),
    Code.SECOND_PERSON_NEEDED: Entry(
        Kind.FORBIDDEN,
        "A second person is needed",
        "Who proposed it cannot approve it, too.",
        "Ask somebody else who may approve it.",
    ),
    Code.ALREADY_EXISTS: Entry(
        Kind.CONFLICT,
        "Already exists",
        "Another one with the same identifying values is there.",
        "Use the existing one, or change the values.",
    ),
    Code.IDEMPOTENCY_IN_PROGRESS: Entry(
        Kind.CONFLICT,
        "Still running",
        "The first request with this Idempotency-Key has not finished.",
        "Repeat the same request with the same key after Retry-After seconds.",
    ),
    Code.ETAG_MISMATCH: Entry(
        Kind.PRECONDITION,
        "Changed meanwhile",
        "The object has changed since the etag in If-Match was read.",
        "Read it again, apply the change to the new state, and send its etag.",
    ),
    Code.BODY_TOO_LARGE: Entry(
        Kind.INVALID,
        "Body too large",
        "The body is larger than 256 KiB.",
        "Send less in one request.",
    ),
    Code.UNSUPPORTED_MEDIA_TYPE: Entry(
        Kind.INVALID,
        "Unsupported media type",
        "The body is not declared as JSON.",
        "Send it with Content-Type: application/json.",
    ),
    Code.IDEMPOTENCY_KEY_REUSED: Entry(
        Kind.UNPROCESSABLE,
        "Idempotency-Key reused",
        "The key was used for a request with another body or address.",
        "Make a new key for each intent.",
    ),
    Code.SLOT_NOT_BOOKABLE: Entry(
        Kind.UNPROCESSABLE,
        "Slot not bookable",
        "One or more rules refuse this start.",
        "Read rules[]: each names its rule. explainSlot says what would help, and the next start that passes.",
    ),
    Code.CLEARANCE_NEEDED: Entry(
        Kind.UNPROCESSABLE,
        "Clearance needed",
        "No assessment that is signed and still counts found the treatment suitable for this region.",
        "Assess the patient and sign the assessment, then open the course.",
    ),
    Code.CLEARANCE_TOO_SHORT: Entry(
        Kind.UNPROCESSABLE,
        "Clearance too short",
        "The clearance that the course rests on ends before the last of these visits.",
        "Book visits until clearance_until_date of the course, or have the patient assessed again.",
    ),
    Code.CHECK_IN_REFUSED: Entry(
        Kind.UNPROCESSABLE,
        "Check-in refused",
        "Something that the treatment needs on the day of the visit is missing. The visit stays as it is.",
        "Read rules[]: each names what is missing. See to it with the patient, then check in again.",
    ),
    Code.ASSESSMENT_INCOMPLETE: Entry(
        Kind.UNPROCESSABLE,
        "Assessment incomplete",
        "One of the three parts of the assessment is missing, or what it decides.",
        "Read errors[]: each points at one missing value. Enter them, then sign again.",
    ),
    Code.RECORD_INCOMPLETE: Entry(
        Kind.UNPROCESSABLE,
        "Record incomplete",
        "What was recorded lacks something that must be there before it can be signed.",
        "Read errors[]: each points at one missing value. Enter them, then sign again.",
    ),
    Code.NEEDLES_UNACCOUNTED: Entry(
        Kind.UNPROCESSABLE,
        "Needles unaccounted for",
        "The record counts other needles out than in.",
        "Count again with the patient still there, correct the record, then sign it.",
    ),
    Code.COLD_OR_HEAT_UNDECIDED: Entry(
        Kind.UNPROCESSABLE,
        "Cold or heat undecided",
        "The clinic has not chosen whether patients use cold or heat after needles, so its advice cannot be shown yet.",
        "Set cold_or_heat with updateClinicPolicy, then put the advice to use.",
    ),
    Code.CHECK_IN_NOT_DUE: Entry(
        Kind.UNPROCESSABLE,
        "Check-in not due",
        "This check-in is asked later, was asked earlier, or is not asked after this visit.",
        "Show clinic_phone to somebody who is worried; opens_at and closes_at say when it can be answered.",
    ),
    Code.CANCELLATION_TOO_LATE: Entry(
        Kind.UNPROCESSABLE,
        "Too late to cancel",
        "The visit has begun.",
        "Ask the clinic.",
    ),
    Code.RESCHEDULE_LIMIT_REACHED: Entry(
        Kind.UNPROCESSABLE,
        "Not to be moved so often or so far",
        "Patients move a visit a few times, and not for ever further from its first date; the clinic sets both.",
        "Read reschedules_left and can_reschedule_until_date of the visit; staff of the clinic have no limit.",
    ),
    Code.IF_MATCH_REQUIRED: Entry(
        Kind.INVALID,
        "If-Match required",
        "A change needs the etag of the state it is based on, so that nobody's change is lost.",
        "Read the object and send its etag in If-Match.",
    ),
    Code.RATE_LIMITED: Entry(
        Kind.LIMITED,
        "Too many requests",
        "The caller's budget for this is used up.",
        "Wait Retry-After seconds, then go on more slowly.",
    ),
    Code.INTERNAL_ERROR: Entry(
        Kind.UNAVAILABLE,
        "Internal error",
        "A fault of ours.",
        "Retry a read, or a keyed write with the same key. If it stays, tell us the request_id.",
    ),
    Code.UNAVAILABLE: Entry(
        Kind.UNAVAILABLE,
        "Temporarily unavailable",
        "The service or its database is too busy or restarting.",
        "Repeat the same request after Retry-After seconds, a write with the same Idempotency-Key.",
    ),
}

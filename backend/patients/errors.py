"""Constraints of the patients app, and what their breach means."""

from backend.common.errors import AlreadyExists, DomainError

CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "questionnaire_version_is_given_once": AlreadyExists,
    "screening_is_current_once": AlreadyExists,
    "consent_text_version_is_given_once": AlreadyExists,
    "consent_text_is_current_once": AlreadyExists,
    "consent_is_given_once": AlreadyExists,
    "review_point_is_of_one_course": AlreadyExists,
    "clearance_is_live_once": AlreadyExists,
}

"""Constraints of the patients app, and what their breach means."""

from typing import ClassVar

from backend.common.errors import AlreadyExists, Code, DomainError, Kind


class OwnRecordInUse(AlreadyExists):
    detail = "Your account has a record that is in use already. Ask the desk to bring the two together."


class GuardianshipOver(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "This has ended. Whoever is to look after the patient again is invited anew."


class GuardianAlready(AlreadyExists):
    detail = "This person looks after the patient already. Change what they may do instead."


class PatientMerged(DomainError):
    """409: `merged_into_id` in the problem is the patient whose record took this one in."""

    always: ClassVar = {"merged_into_id": None}

    code, kind = Code.PATIENT_MERGED, Kind.CONFLICT
    detail = "This record was merged into another of the same person. Use that one."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "questionnaire_version_is_given_once": AlreadyExists,
    "screening_is_current_once": AlreadyExists,
    "consent_text_version_is_given_once": AlreadyExists,
    "consent_text_is_current_once": AlreadyExists,
    "consent_is_given_once": AlreadyExists,
    "guardianship_is_entered_once": GuardianAlready,
    "review_point_is_of_one_course": AlreadyExists,
    "clearance_is_live_once": AlreadyExists,
    "patient_is_not_merged": PatientMerged,
}

"""Refusals about practitioners, and the constraints that stand behind them."""

from typing import ClassVar

from backend.common.errors import AlreadyExists, Code, DomainError, FieldCode, FieldError, Kind


class _Taken(AlreadyExists):
    pointer: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(self.pointer, FieldCode.TAKEN, self.detail),))


class AccountTaken(_Taken):
    pointer, detail = "/email", "This account belongs to another practitioner."


class CredentialEntered(_Taken):
    pointer, detail = "/number", "A credential of this kind with this number and start is on file already."


class WorksThen(_Taken):
    pointer, detail = "/from_time", "They work at that time already, here or at another clinic, on some of these dates."


class OfferingExists(_Taken):
    pointer, detail = "/service_id", "They give this service at this clinic already."


class CredentialStep(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "A credential is pending, then verified, then revoked; this one is past that step."


class LastClinic(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "A practitioner works at one clinic at least; deactivate who works at none."


class HasAccount(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "This practitioner has an account already, and keeps it."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "practitioners_practitioner_user_id_key": AccountTaken,
    "credential_is_entered_once": CredentialEntered,
    "credential_step_is_legal": CredentialStep,
    "working_hours_do_not_overlap": WorksThen,
    "extra_hours_are_at_one_clinic": WorksThen,
    "hours_are_at_one_clinic": WorksThen,
    "offering_is_made_once": OfferingExists,
}

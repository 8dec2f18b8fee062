"""Refusals of exports and merging, and the constraints that stand behind them."""

from typing import ClassVar

from backend.common.errors import AlreadyExists, Code, DomainError, Kind, ValidationFailed


class ExportNotThere(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The archive is not there: it is being put together, was fetched, or its day is over."


class MergeIsOpen(AlreadyExists):
    detail = "A merge of this duplicate is proposed, or was carried out, already."


class MergeNotThere(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The merge is not in a state that allows this. Read it again."


class SecondPersonNeeded(DomainError):
    code, kind = Code.SECOND_PERSON_NEEDED, Kind.FORBIDDEN
    detail = "You proposed this yourself. Somebody else has to approve it."


class PatientHasAccount(DomainError):
    code, kind = Code.PATIENT_HAS_ACCOUNT, Kind.CONFLICT
    detail = "The duplicate has an account of its own, so it cannot be taken in."


class PatientHasClosed(PatientHasAccount):
    detail = "The patient who would stay has closed their account: nothing is added to what is kept of them."


class MergeConflict(DomainError):
    """409: `conflicts` in the problem names what one person cannot have twice."""

    always: ClassVar = {"conflicts": ()}

    code, kind = Code.MERGE_CONFLICT, Kind.CONFLICT
    detail = "Both records have what one person cannot have twice. Settle that first; nothing was changed."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "destruction_is_planned_once": AlreadyExists,
    "patient_merge_is_open_once": MergeIsOpen,
    "patient_merge_is_of_two": ValidationFailed,
    "patient_merge_is_approved_by_another": SecondPersonNeeded,
    "patient_merge_is_reversed_by_another": SecondPersonNeeded,
    "merged_row_is_kept_once": MergeNotThere,
    "patient_merge_is_stamped": MergeNotThere,
}

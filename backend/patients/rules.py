"""What must hold of a person's data, whoever enters it, and what answers mean."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext_noop

from backend.common import clock
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.patients.enums import QuestionCode, ScreeningOutcome, Severity


def refuse_future_birth(birth_date: date | None) -> None:
    """Raise ValidationFailed for a birth date that has yet to come. The shape refuses those before 1900."""
    if birth_date is not None and birth_date > clock.now().date():
        detail = gettext_noop("A birth date lies in the past.")
        raise ValidationFailed(errors=(FieldError("/birth_date", FieldCode.TOO_LARGE, detail),))


def outcome_of(severities: Iterable[Severity]) -> ScreeningOutcome:
    """What yeses of these severities mean together: the gravest of them (D10)."""
    found = set(severities)
    if Severity.ABSOLUTE in found:
        return ScreeningOutcome.BLOCKED
    return ScreeningOutcome.ASK_CLINICIAN if Severity.ASK_CLINICIAN in found else ScreeningOutcome.CLEAR


def require_each_once(codes: Sequence[QuestionCode], asked: Iterable[QuestionCode], *, pointer: str) -> None:
    """Raise ValidationFailed unless each question that is asked is there, and once."""
    twice = gettext_noop("This question is there already.")
    errors = [
        FieldError(f"{pointer}/{place}/code", FieldCode.TAKEN, twice)
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]
    if set(asked) - set(codes):
        errors.append(FieldError(pointer, FieldCode.REQUIRED, gettext_noop("Each question needs its answer.")))
    if errors:
        raise ValidationFailed(errors=tuple(errors))

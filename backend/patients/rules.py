"""What must hold of a person's data, whoever enters it."""

from datetime import date

from django.utils.translation import gettext_noop

from backend.common import clock
from backend.common.errors import FieldCode, FieldError, ValidationFailed


def refuse_future_birth(birth_date: date | None) -> None:
    """Raise ValidationFailed for a birth date that has yet to come. The shape refuses those before 1900."""
    if birth_date is not None and birth_date > clock.now().date():
        detail = gettext_noop("A birth date lies in the past.")
        raise ValidationFailed(errors=(FieldError("/birth_date", FieldCode.TOO_LARGE, detail),))

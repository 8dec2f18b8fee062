"""What set-up must make sense as, beyond what one value says."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_noop

from backend.common.errors import FieldCode, FieldError, ValidationFailed


def require_order(*, from_minute: int, until_minute: int, first: date, last: date | None, last_name: str) -> None:
    """Raise ValidationFailed unless the hours begin before they end, and the dates, too. No last date is no end."""
    errors = tuple(_disorder(from_minute, until_minute, first, last, last_name))
    if errors:
        raise ValidationFailed(errors=errors)


def _disorder(
    from_minute: int, until_minute: int, first: date, last: date | None, last_name: str
) -> Iterator[FieldError]:
    if from_minute >= until_minute:
        yield FieldError("/until_time", FieldCode.TOO_SMALL, gettext_noop("Hours end after they begin, the same day."))
    if last is not None and last < first:
        yield FieldError(f"/{last_name}", FieldCode.TOO_SMALL, gettext_noop("The last date is not before the first."))

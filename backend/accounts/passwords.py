"""Which passwords are too weak."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from backend.accounts.models import User
from backend.common.errors import FieldCode, FieldError, ValidationFailed

_CODES = {
    "password_too_short": FieldCode.TOO_SHORT,
    "password_too_common": FieldCode.TOO_COMMON,
    "password_too_similar": FieldCode.TOO_SIMILAR,
    "password_entirely_numeric": FieldCode.NUMERIC_ONLY,
}


def refuse_weak_password(password: str, user: User, *, field: str = "password") -> None:
    """Raise ValidationFailed on `/<field>`, one entry a reason, for what Django's validators refuse."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        found = ((_CODES.get(one.code or "", FieldCode.INVALID), one) for one in error.error_list)
        faults = tuple(FieldError(f"/{field}", code, "".join(one.messages)) for code, one in found)
        raise ValidationFailed(errors=faults) from error

"""From REST framework's nested errors to our list of field errors."""

from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

from backend.common.errors import DomainError, FieldCode, FieldError, ValidationFailed
from backend.common.http.errors import UnknownField

MAX_ERRORS = 50
_MAX_POINTER = 200
_OF_FRAMEWORK = {
    "max_length": FieldCode.TOO_LONG,
    "max_string_length": FieldCode.TOO_LONG,
    "min_length": FieldCode.TOO_SHORT,
    "password_too_short": FieldCode.TOO_SHORT,
    "empty": FieldCode.TOO_SHORT,
    "max_value": FieldCode.TOO_LARGE,
    "min_value": FieldCode.TOO_SMALL,
    "invalid_choice": FieldCode.NOT_A_CHOICE,
    "not_a_list": FieldCode.WRONG_TYPE,
    "not_a_dict": FieldCode.WRONG_TYPE,
    "does_not_exist": FieldCode.NOT_FOUND,
    "unique": FieldCode.TAKEN,
    "password_too_common": FieldCode.TOO_COMMON,
    "password_too_similar": FieldCode.TOO_SIMILAR,
    "password_entirely_numeric": FieldCode.NUMERIC_ONLY,
}
_OWN = {code.value: code for code in FieldCode}


def refusal(error: ValidationError, *, of_query: bool = False) -> DomainError:
    """The problem for a refused body or query: `unknown_field` if any field is unknown, else `validation_failed`."""
    errors = tuple(_flat(error.detail, (), of_query=of_query))
    kind = UnknownField if any(one.code is FieldCode.UNKNOWN for one in errors) else ValidationFailed
    return kind(errors=errors[:MAX_ERRORS])


def _flat(detail: Any, path: tuple[str, ...], *, of_query: bool) -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flat(inner, path if own else (*path, str(name)), of_query=of_query)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            # A list of texts belongs to one field; a list of lists or objects, to the items of one.
            deeper = path if isinstance(inner, str) else (*path, str(index))
            yield from _flat(inner, deeper, of_query=of_query)
    else:
        yield FieldError(_pointer(path, of_query=of_query), _code(detail), str(detail))


def _pointer(path: tuple[str, ...], *, of_query: bool) -> str:
    if of_query:
        pointer = f"?{path[0] if path else ''}"
    else:
        pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
    return pointer.replace("\0", "\ufffd")[:_MAX_POINTER]


def _code(detail: Any) -> FieldCode:
    code = (isinstance(detail, ErrorDetail) and detail.code) or ""
    if code in _OF_FRAMEWORK:
        return _OF_FRAMEWORK[code]
    return _OWN.get(code, FieldCode.INVALID)

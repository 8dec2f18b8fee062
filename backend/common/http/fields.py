"""Serializer fields that take JSON at its word: a number is no string, a string no number, a time has an offset.

Named as in REST framework, so that `fields.CharField` reads as expected. Every field needs a `help_text` of 20
characters or more: it is the description in the published contract.
"""

import math
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from django.core.validators import RegexValidator
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backend.common.errors import FieldCode
from backend.common.localised import localised

WRONG_TYPE = FieldCode.WRONG_TYPE.value
FIRST_YEAR, LAST_YEAR = 1900, 2200
INT32_MAX = 2**31 - 1

# For the description of the API: what parse() takes, but for dates that no calendar has.
YEARS = "(19[0-9]{2}|2[01][0-9]{2}|2200)"
INSTANT_UNTIL_SECONDS = f"^{YEARS}-[0-9]{{2}}-[0-9]{{2}}[Tt][0-9]{{2}}:[0-9]{{2}}:"
OFFSET = "([Zz]|[+-][0-9]{2}:[0-9]{2})"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)


class Strict(serializers.Field[Any, Any, Any, Any]):
    """Marks a field that refuses what its JSON type is not."""


class _FromText(Strict):
    default_error_messages = {WRONG_TYPE: _("This must be a string.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail(WRONG_TYPE)
        return self.parse(data)

    def parse(self, text: str) -> Any:
        """The value that the text stands for."""
        return super().to_internal_value(text)


class _Native(_FromText):
    def to_representation(self, value: Any) -> Any:
        return value  # the renderer writes it


class CharField(_FromText, serializers.CharField):
    """Text of at most `max_length` characters (255 unless told), trimmed; NUL and lone surrogates are refused.

    Where a pattern rules, blanks around the text are refused: the description's pattern forbids them.
    """

    pattern: str | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(**kwargs)

    def parse(self, text: str) -> Any:
        """The text, trimmed."""
        is_ruled = self.pattern or any(isinstance(one, RegexValidator) for one in self.validators)
        if is_ruled and text != text.strip():
            self.fail("invalid")
        return super().parse(text)


class TranslatedField(CharField):
    """A text that rows keep in two languages (`name`, `name_fr`), in the language of the request; only in answers."""

    def get_attribute(self, instance: Any) -> str:
        """The last name of `source` is the English text's."""
        *path, name = self.source_attrs
        for step in path:
            instance = getattr(instance, step)
        return localised(instance, name)


class WallMinuteField(CharField):
    """A date and time on the wall, `YYYY-MM-DDThh:mm`; only in answers."""

    pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=16, **kwargs)


class OffsetField(CharField):
    """How far a clock is from UTC, `±hh:mm`; only in answers."""

    pattern = "^[+-][0-9]{2}:[0-9]{2}$"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=6, **kwargs)


class EmailField(_FromText, serializers.EmailField):
    """An e-mail address of at most 254 characters, letter case kept."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)


class URLField(_FromText, serializers.URLField):
    """An absolute http or https address of at most 2048 characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2048)
        super().__init__(**kwargs)


class EtagField(serializers.CharField):
    """The entity tag to send back in If-Match; filled by VersionedSerializer from the row's `version`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"source": "version", "read_only": True, "max_length": 30}
        kwargs.setdefault("help_text", "Version tag of this object. Send it in If-Match when you change the object.")
        super().__init__(**kwargs)


class IntegerField(Strict, serializers.IntegerField):
    """A whole number of 32 bits unless `min_value` and `max_value` say otherwise."""

    default_error_messages = {WRONG_TYPE: _("This must be a whole number.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", -INT32_MAX - 1)
        kwargs.setdefault("max_value", INT32_MAX)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:  # bool is an int
            self.fail(WRONG_TYPE)
        number: int = data
        return number


class FloatField(Strict, serializers.FloatField):
    """A finite number."""

    default_error_messages = {WRONG_TYPE: _("This must be a number.")}

    def to_internal_value(self, data: Any) -> float:
        if type(data) not in (int, float):
            self.fail(WRONG_TYPE)
        try:
            number = float(data)
        except OverflowError:
            self.fail("invalid")
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class BooleanField(Strict, serializers.BooleanField):
    """true or false, nothing that merely looks like it."""

    default_error_messages = {WRONG_TYPE: _("This must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if data is not True and data is not False:
            self.fail(WRONG_TYPE)
        value: bool = data
        return value


class UUIDField(_Native, serializers.UUIDField):
    """An id in the usual form with hyphens, in either letter case."""

    def parse(self, text: str) -> uuid.UUID:
        if not _UUID.fullmatch(text):
            self.fail("invalid", value=text)
        return uuid.UUID(text)


class DateField(_Native, serializers.DateField):
    """A local date, `YYYY-MM-DD`, of the years 1900 to 2200."""

    pattern = f"^{YEARS}-[0-9]{{2}}-[0-9]{{2}}$"
    default_error_messages = {
        "min_value": _("This is too long ago."),
        "max_value": _("This is too far ahead."),
    }

    def parse(self, text: str) -> date:
        if not _DATE.fullmatch(text):
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DD")
        _refuse_far(self, day.year)
        return day


class DateTimeField(_Native, serializers.DateTimeField):
    """An RFC 3339 instant with offset, of the years 1900 to 2200; read as UTC, written with the offset it carries."""

    pattern = f"{INSTANT_UNTIL_SECONDS}[0-9]{{2}}([.][0-9]{{1,6}})?{OFFSET}$"
    default_error_messages = {
        FieldCode.NAIVE_TIME.value: _("This needs an offset from UTC, as in 2026-11-02T09:00:00-07:00."),
        "min_value": _("This is too long ago."),
        "max_value": _("This is too far ahead."),
    }

    def parse(self, text: str) -> datetime:
        match = _INSTANT.fullmatch(text)
        if match is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss±hh:mm")
        if match["offset"] is None:
            self.fail(FieldCode.NAIVE_TIME.value)
        try:
            instant = datetime.fromisoformat(text.upper())
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss±hh:mm")
        _refuse_far(self, instant.year)
        return instant.astimezone(UTC)

    def to_representation(self, value: Any) -> Any:
        if value is not None and value.tzinfo is None:
            raise TypeError("a naive time has no place in an answer")
        return value


class TimeField(_Native, serializers.TimeField):
    """A wall time of a day, `hh:mm` or `hh:mm:ss`; it has no offset by nature."""

    def parse(self, text: str) -> time:
        if not _TIME.fullmatch(text):
            self.fail("invalid", format="hh:mm")
        try:
            return time.fromisoformat(text)
        except ValueError:
            self.fail("invalid", format="hh:mm")


class ChoiceField(_FromText, serializers.ChoiceField):
    """One member of an enum. The enum's name (or `name`) is the component's name in the contract, never nullable.

    `only` these members, where a form of a body is told by them; the contract then lists them in place.
    """

    def __init__(
        self,
        enum: type[StrEnum] | type[TextChoices],
        *,
        name: str | None = None,
        only: Sequence[StrEnum | TextChoices] = (),
        **kwargs: Any,
    ) -> None:
        self.enum, self.enum_name, self.is_part = enum, name or enum.__name__, bool(only)
        super().__init__(choices=[member.value for member in only or enum], **kwargs)

    def to_internal_value(self, data: Any) -> StrEnum | TextChoices:
        if not isinstance(data, str):
            self.fail(WRONG_TYPE)
        if data not in self.choices:
            self.fail("invalid_choice", input=data[:50].replace("\0", ""))
        return self.enum(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class ListField(Strict, serializers.ListField):
    """A list of at most `max_length` items (100 unless told). In a query the parameter is repeated."""

    default_error_messages = {WRONG_TYPE: _("This must be a list.")}
    is_comma_separated = False

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail(WRONG_TYPE)
        items: list[Any] = super().to_internal_value(data)
        return items


class ExpandField(ListField):
    """`expand=a,b`: which related objects to put into the answer, from a closed list."""

    is_comma_separated = True

    def __init__(self, enum: type[StrEnum], **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("default", list)
        super().__init__(child=ChoiceField(enum), max_length=len(enum), **kwargs)


def _refuse_far(field: serializers.Field[Any, Any, Any, Any], year: int) -> None:
    if year < FIRST_YEAR:
        field.fail("min_value")
    if year > LAST_YEAR:
        field.fail("max_value")

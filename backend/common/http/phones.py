"""Phone numbers in bodies."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException

from backend.common.http import fields

PHONE_HELP = "A phone number that can be called, Canadian unless it starts with + and a country; answered as E.164."


class PhoneField(fields.CharField):
    """A phone number that exists, in any usual spelling; written as E.164."""

    default_error_messages = {"invalid": _("This is not a phone number.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"max_length": 40, "help_text": PHONE_HELP, **kwargs}
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> PhoneNumber:
        """Raises ValidationError for a number that no network has."""
        text = super().to_internal_value(data)
        try:
            number = PhoneNumber.from_string(text)
        except NumberParseException:
            self.fail("invalid")
        if not number.is_valid() or number.extension:
            self.fail("invalid")
        return number

    def to_representation(self, value: Any) -> str:
        """E.164, as PHONENUMBER_DEFAULT_FORMAT has it."""
        return str(value)

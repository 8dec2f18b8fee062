"""When a visit starts, as requests say it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.common.errors import FieldCode
from backend.common.http import fields


class MinuteField(fields.DateTimeField):
    """An instant on a whole minute."""

    pattern = f"{fields.INSTANT_UNTIL_SECONDS}00([.]0{{1,6}})?{fields.OFFSET}$"
    default_error_messages = {"seconds": _("A visit starts on a whole minute.")}

    def to_internal_value(self, data: Any) -> datetime:
        """The instant, refused when it has seconds."""
        instant: datetime = super().to_internal_value(data)
        if instant.second or instant.microsecond:
            raise ValidationError([ErrorDetail(str(self.error_messages["seconds"]), code=FieldCode.INVALID.value)])
        return instant

"""Wall times in bodies."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.common.http import fields

_WALL_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)


class WallTimeField(fields.CharField):
    """A reading of a wall clock, `hh:mm`, kept as minutes after midnight; `24:00` is the end of the day."""

    default_error_messages = {"invalid": _("This must be a wall time, as in 09:30; 24:00 is the end of the day.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, **kwargs)
        self.validators = []  # those of a text, and the value is a number

    def to_internal_value(self, data: Any) -> Any:
        """Minutes after midnight, 0 to 1440. Raises ValidationError."""
        match = _WALL_TIME.fullmatch(super().to_internal_value(data))
        if match is None:
            self.fail("invalid")
        return 24 * 60 if match[1] is None else int(match[1]) * 60 + int(match[2])

    def to_representation(self, value: int) -> str:
        """As the clock reads."""
        return f"{value // 60:02}:{value % 60:02}"

"""What must hold of what is recorded (D12)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from backend.appointments.enums import Status
from backend.care.errors import NeedlesUnaccounted, RecordIncomplete
from backend.common.errors import FieldCode, FieldError

# The states of a visit that takes place, or did.
TAKES_PLACE = (Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED)

# What a record says, in the order in which it is entered.
CONTENT = (
    "is_sterilised",
    "muscles",
    "needles_in",
    "needles_out",
    "pain_before",
    "pain_after",
    "function_score",
    "note",
)
_NEEDED = CONTENT[:6]


def require_signable(said: Mapping[str, Any]) -> None:
    """Raise RecordIncomplete unless all is there that a signed record says, NeedlesUnaccounted unless as many needles
    came out as went in."""
    missing = gettext_noop("Enter this before the record is signed.")
    errors = [FieldError(f"/{name}", FieldCode.REQUIRED, missing) for name in _NEEDED if said[name] in (None, [])]
    if errors:
        raise RecordIncomplete(errors=tuple(errors))
    if said["needles_in"] != said["needles_out"]:
        raise NeedlesUnaccounted

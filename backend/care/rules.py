"""What must hold of what is found, decided and recorded (D8, D12)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from backend.appointments.enums import Status
from backend.care.enums import AssessmentOutcome
from backend.care.errors import AssessmentIncomplete, NeedlesUnaccounted, RecordIncomplete
from backend.common.errors import FieldCode, FieldError

PARTS = ("autonomic_tests", "palpation", "movement_screen")
FACTORS = ("general_health", "extent", "severity", "scar_tissue", "healing_response", "nerve_state")
# What an assessment says, in the order in which it is entered.
ASSESSED = ("region", *PARTS, "trigger_points", "tight_muscles", *FACTORS, "outcome", "conclusion")
# For how long a clearance lasts: it must reach the last visit of a course (R14).
CLEARED_FOR = timedelta(days=365)

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


def require_whole(said: Mapping[str, Any]) -> None:
    """Raise AssessmentIncomplete unless all three parts and a decision are there."""
    errors = [
        FieldError(f"/{part}", FieldCode.REQUIRED, gettext_noop("Enter this part before the assessment is signed."))
        for part in PARTS
        if not said[part].strip()
    ]
    if said["outcome"] == AssessmentOutcome.UNDECIDED:
        detail = gettext_noop("Decide before the assessment is signed.")
        errors.append(FieldError("/outcome", FieldCode.REQUIRED, detail))
    if errors:
        raise AssessmentIncomplete(errors=tuple(errors))


def age_on(day: date, birth_date: date | None) -> int | None:
    """Whole years, as far as the birth date is known."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def require_signable(said: Mapping[str, Any]) -> None:
    """Raise RecordIncomplete unless all is there that a signed record says, NeedlesUnaccounted unless as many needles
    came out as went in."""
    missing = gettext_noop("Enter this before the record is signed.")
    errors = [FieldError(f"/{name}", FieldCode.REQUIRED, missing) for name in _NEEDED if said[name] in (None, [])]
    if errors:
        raise RecordIncomplete(errors=tuple(errors))
    if said["needles_in"] != said["needles_out"]:
        raise NeedlesUnaccounted

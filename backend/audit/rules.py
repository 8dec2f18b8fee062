"""What a deed is for, unless whoever records it says so."""

import uuid
from collections.abc import Iterable

from backend.audit.enums import Purpose
from backend.common.access import Actor

_OF_RESOURCE = {
    **dict.fromkeys(("account", "session", "second_factor", "profile"), Purpose.ACCOUNT),
    **dict.fromkeys(
        ("assessment", "clearance", "consent", "course", "screening", "session_record", "advice", "check_in"),
        Purpose.CARE,
    ),
    **dict.fromkeys(
        (
            "appointment",
            "attendance",
            "day",
            "eligibility",
            "hold",
            "merge",
            "patient",
            "series",
            "slots",
            "task",
            "waitlist",
        ),
        Purpose.BOOKING,
    ),
    **dict.fromkeys(("audit", "export"), Purpose.OVERSIGHT),
}


def purpose_of(action: str, *, actor: Actor | None, patient_ids: Iterable[uuid.UUID] = ()) -> Purpose:
    """From who acts, about whom, and the resource that `action` begins with."""
    own = actor.patient_ids if actor else frozenset()
    resource = action.partition(".")[0]
    if _OF_RESOURCE.get(resource) is Purpose.ACCOUNT:
        return Purpose.ACCOUNT
    if actor is None:
        return Purpose.SYSTEM
    if any(patient_id in own for patient_id in patient_ids):
        return Purpose.OWN
    return _OF_RESOURCE.get(resource, Purpose.ADMINISTRATION)

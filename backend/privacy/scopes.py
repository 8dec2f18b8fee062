"""Whose whole record somebody may take away."""

import uuid

from backend.common.access import Actor
from backend.common.permissions import Permission

# All that an archive shows: who may read only some of it may not have the whole.
_READINGS = (
    Permission.PATIENT_READ,
    Permission.APPOINTMENT_READ,
    Permission.CONSENT_READ,
    Permission.COURSE_READ,
    Permission.SCREENING_READ,
    Permission.CHECK_IN_READ,
)


def whole_records_of(actor: Actor) -> frozenset[uuid.UUID]:
    """The caller's own, and dependants over whom the caller holds every right to read."""
    return frozenset.intersection(*(actor.own_patients(permission) for permission in _READINGS))

"""Words of what is told of the records that are kept about people."""

from enum import StrEnum


class AccessKind(StrEnum):
    """Whether data was looked at or changed."""

    READ = "read"
    CHANGED = "changed"


class AccessParty(StrEnum):
    """Who it was, as patients are told: `you`, a `guardian` of the patient, somebody of the clinics by their present
    role, `staff` who has none any more, an `integration` that a clinic connected, or the `system` by itself. Members
    may be added.
    """

    YOU = "you"
    GUARDIAN = "guardian"
    FRONT_DESK = "front_desk"
    PRACTITIONER = "practitioner"
    CLINIC_MANAGER = "clinic_manager"
    OWNER = "owner"
    STAFF = "staff"
    INTEGRATION = "integration"
    SYSTEM = "system"

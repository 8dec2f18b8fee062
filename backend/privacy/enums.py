"""Words of what is told of the records that are kept about people."""

from enum import StrEnum

from django.db.models import TextChoices


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


class RecordClass(TextChoices):
    """What is kept for one reason, and goes at one time: what was said to promote (`marketing`), what one signs in with
    (`account`), what runs a clinic (`operational`), the record of care (`clinical`), who saw it (`audit`).
    """

    MARKETING = "marketing"
    ACCOUNT = "account"
    OPERATIONAL = "operational"
    CLINICAL = "clinical"
    AUDIT = "audit"


class ExportStatus(StrEnum):
    """Where an export stands: being put together, there to be fetched, fetched once, or its day is over."""

    PREPARING = "preparing"
    READY = "ready"
    FETCHED = "fetched"
    EXPIRED = "expired"

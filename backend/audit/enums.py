"""Words of the audit log."""

from django.db.models import TextChoices


class Purpose(TextChoices):
    """What a deed was for. Members may be added."""

    CARE = "care"
    BOOKING = "booking"
    OWN = "own"
    ACCOUNT = "account"
    ADMINISTRATION = "administration"
    OVERSIGHT = "oversight"
    SYSTEM = "system"
    UNSTATED = "unstated"

"""Closed lists of the practitioners app."""

from django.db import models


class CredentialStatus(models.TextChoices):
    """How far a proof has come. Only `verified` counts for a visit (D4)."""

    PENDING = "pending"
    VERIFIED = "verified"
    REVOKED = "revoked"

"""Closed lists of the care app."""

from django.db import models


class RecordStatus(models.TextChoices):
    """Where a session record stands: a `draft` changes freely, a `signed` one is amended only."""

    DRAFT = "draft"
    SIGNED = "signed"

"""Closed lists of the patients app."""

from django.db import models


class LinkOrigin(models.TextChoices):
    """How a patient came to be visible at a clinic (R23)."""

    BOOKING = "booking"
    DESK = "desk"


class Relationship(models.TextChoices):
    """What a guardian is to the person looked after (D2)."""

    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    LEGAL_GUARDIAN = "legal_guardian"
    OTHER = "other"


class BodyRegion(models.TextChoices):
    """The part of the body that a clearance was given for (R15)."""

    LOWER_BACK = "lower_back"
    NECK = "neck"
    SHOULDER = "shoulder"
    HIP = "hip"
    OTHER = "other"

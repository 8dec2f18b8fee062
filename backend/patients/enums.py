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


class Tie(models.TextChoices):
    """What the caller is to a patient they may act for: the person themselves, or what their guardianship says."""

    SELF = "self"
    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    LEGAL_GUARDIAN = "legal_guardian"
    OTHER = "other"


class Match(models.TextChoices):
    """In what a possible duplicate is the same."""

    EMAIL = "email"
    PHONE = "phone"
    NAME_AND_BIRTH_DATE = "name_and_birth_date"


class BodyRegion(models.TextChoices):
    """The part of the body that a clearance was given for (R15)."""

    LOWER_BACK = "lower_back"
    NECK = "neck"
    SHOULDER = "shoulder"
    HIP = "hip"
    OTHER = "other"

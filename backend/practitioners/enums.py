"""Closed lists of the practitioners app."""

from django.db import models


class CredentialStatus(models.TextChoices):
    """How far a proof has come. Only `verified` counts for a visit (D4)."""

    PENDING = "pending"
    VERIFIED = "verified"
    REVOKED = "revoked"


class Jurisdiction(models.TextChoices):
    """Where a credential counts: a province or territory by its letters, or all of Canada (R10)."""

    CA = "CA"
    AB = "AB"
    BC = "BC"
    MB = "MB"
    NB = "NB"
    NL = "NL"
    NS = "NS"
    NT = "NT"
    NU = "NU"
    ON = "ON"
    PE = "PE"
    QC = "QC"
    SK = "SK"
    YT = "YT"

"""Keys by which programs of others call the API."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.accounts.models import User
from backend.clinics.models.places import Clinic
from backend.clinics.querysets import ApiKeyQuerySet
from backend.common.models import Row


class ApiKey(Row):
    """What a program may do, at which clinics. Of the key itself only a digest is kept: 256 random bits need no salt.

    `user` stands for the program wherever a row names who did something; nobody can sign in as it. `last_used_at` is
    written once an hour at most.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=40))
    clinics = models.ManyToManyField(Clinic, related_name="+", through="ApiKeyClinic")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="api_key_prefix_is_unique"),
            models.UniqueConstraint(fields=["user"], name="api_key_stands_for_one_user"),
        ]


class ApiKeyClinic(Row):
    """A clinic that a key is for."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", db_index=False)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "clinic"], name="api_key_has_a_clinic_once")]

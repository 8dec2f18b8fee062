"""What was asked for."""

from typing import Any, ClassVar

from django.db import models

from backend.accounts.models import User
from backend.common.models import Row
from backend.patients.models import Patient
from backend.privacy.querysets import ExportQuerySet


class Export(Row):
    """A copy of what is kept about a patient. The archive is there until it is fetched, a day at most."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    archive = models.BinaryField(null=True)
    ready_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    objects: ClassVar[Any] = ExportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="export_by_end")]

"""Visits that were booked together."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from backend.accounts.models import User
from backend.clinics.models import Service
from backend.common.models import Row
from backend.patients.models import Patient


class Series(Row):
    """Several visits of one patient and one service; each lives its own life from then on.

    That they are of this patient and service a foreign key over all three columns sees to
    (`appointment_is_of_its_series`). `conflicts` is what could not be booked then, as `series_conflicts` writes it.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="series")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    conflicts = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "patient", "service"], name="series_is_of_one_patient_and_service"),
        ]

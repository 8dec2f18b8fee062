"""What patients are cleared for, by whom and until when (D7, R15)."""

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.clinics.enums import Discipline
from backend.common.constraints import dates_in_order, one_of
from backend.common.models import Row
from backend.patients.enums import BodyRegion, ClearanceEnd
from backend.patients.models.people import Patient


class Clearance(Row):
    """A certified practitioner found the patient a candidate for treatments of a discipline (D7).

    Live from `valid_from` to `valid_until`, local dates, both inclusive, unless it was ended. The gate asks for any
    live one of the service's discipline that covers the visit's date, whatever its region (R15).
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="clearances")
    discipline = models.CharField(max_length=20, choices=Discipline, default=Discipline.IMS)
    region = models.CharField(max_length=20, choices=BodyRegion)
    valid_from = models.DateField()
    valid_until = models.DateField()
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Of an app above this one, so without a foreign key; null: decided before assessments were kept here.
    assessment_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=10, choices=ClearanceEnd, default="", blank=True)

    class Meta:
        constraints = [
            one_of("discipline", Discipline.values, name="clearance_discipline_is_known"),
            one_of("region", BodyRegion.values, name="clearance_region_is_known"),
            dates_in_order("valid_from", "valid_until", name="clearance_dates_in_order"),
            models.UniqueConstraint(
                fields=["assessment_id"], condition=Q(ended_at__isnull=True), name="clearance_is_live_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_reason="")
                | Q(ended_at__isnull=False, ended_reason__in=ClearanceEnd.values),
                name="clearance_is_ended_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["patient", "valid_until"], name="clearance_by_patient")]

"""How patients are after a session (D21)."""

from typing import Any

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.care.enums import AlarmSymptom, CheckInPoint
from backend.care.querysets import CheckInQuerySet
from backend.care.texts import what_to_do
from backend.common.constraints import one_of
from backend.common.models import Row
from backend.patients.enums import Party


class CheckIn(Row):
    """One answer at one point after a visit. `alarms` are codes of `AlarmSymptom`. Append-only by trigger."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="check_ins", db_index=False)
    point = models.CharField(max_length=20, choices=CheckInPoint)
    soreness = models.PositiveSmallIntegerField()
    is_light_headed = models.BooleanField()
    alarms = models.JSONField(default=list)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(max_length=10, choices=Party)

    objects: Any = CheckInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "point"], name="check_in_is_answered_once"),
            one_of("point", CheckInPoint.values, name="check_in_point_is_known"),
            one_of("party", Party.values, name="check_in_party_is_known"),
            models.CheckConstraint(condition=Q(soreness__lte=10), name="check_in_soreness_is_to_ten"),
            models.CheckConstraint(
                condition=Q(alarms__contained_by=AlarmSymptom.values), name="check_in_alarms_are_known"
            ),
        ]

    @property
    def is_alarming(self) -> bool:
        """Whether somebody at the clinic is to see to it at once."""
        return bool(self.alarms)

    @property
    def what_to_do(self) -> str:
        """What to tell the patient now, in the language of the request."""
        return what_to_do(is_alarming=self.is_alarming, is_light_headed=self.is_light_headed)


class CheckInCall(Row):
    """That a check-in of a visit has come due and was told of, so that it is told of once."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+", db_index=False)
    point = models.CharField(max_length=20, choices=CheckInPoint)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "point"], name="check_in_is_called_for_once"),
            one_of("point", CheckInPoint.values, name="check_in_call_point_is_known"),
        ]

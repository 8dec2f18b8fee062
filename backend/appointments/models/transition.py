"""The history of a visit."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from backend.accounts.models import User
from backend.appointments.enums import Status
from backend.appointments.models.appointment import Appointment
from backend.common.constraints import one_of
from backend.common.ids import uuid7


class Transition(models.Model):
    """One step or change of one visit: who, when, from what to what. Append-only by trigger.

    A change of other columns keeps the state. `changes` has the columns that a client may care for:
    `{"starts_at": {"before": ..., "after": ...}}`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="transitions")
    from_status = models.CharField(max_length=12, choices=[("", ""), *Status.choices], default="", blank=True)
    to_status = models.CharField(max_length=12, choices=Status)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, default="", blank=True)
    changes = models.JSONField(default=dict, db_default={}, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            one_of("from_status", ["", *Status.values], name="transition_from_is_known"),
            one_of("to_status", Status.values, name="transition_to_is_known"),
        ]
        indexes = [models.Index(fields=["appointment", "at"], name="transition_by_appointment")]

"""What reassigning takes and answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, list_of

REASON = "Why. Kept with the history of the visit, for staff, and in the audit log."


class ReassignRequest(StrictSerializer):
    """Who is to give a visit from now on."""

    practitioner_id = fields.UUIDField(
        required=False, default=None, allow_null=True, help_text="Who is to give the visit; null lets us pick."
    )
    reason = fields.CharField(max_length=200, help_text=REASON)


class ReassignVisitsRequest(StrictSerializer):
    """Which visits of a practitioner others are to give, and who."""

    from_at = fields.DateTimeField(help_text="Visits that begin at this instant or later; those begun are left out.")
    until_at = fields.DateTimeField(help_text="Visits that begin before this instant; at most 14 days after `from_at`.")
    to_practitioner_id = fields.UUIDField(
        required=False, allow_null=True, help_text="Who is to give them all; null or absent: each goes to who is free."
    )
    appointment_ids = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        min_length=1,
        max_length=500,
        help_text="Only these of the visits; absent: all of them.",
    )
    reason = fields.CharField(max_length=200, help_text=REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Some time must lie between the two instants."""
        if attrs["until_at"] <= attrs["from_at"]:
            late = ErrorDetail(str(_("This must be after from_at.")), code=FieldCode.INVALID.value)
            raise ValidationError({"until_at": [late]})
        return attrs


class ReassignedVisit(StrictSerializer):
    """A visit, and who gives it from now on; or, with a dry run, who would or why nobody can."""

    appointment_id = fields.UUIDField(help_text="The visit; its whole description is at getAppointment.")
    clinic_id = fields.UUIDField(help_text="The clinic, which stays what it was.")
    service_id = fields.UUIDField(help_text="The service of the visit, by id.")
    starts_at = fields.DateTimeField(help_text="The start, which stays what it was, with the clinic's offset.")
    practitioner_id = fields.UUIDField(allow_null=True, help_text="Who gets the visit; null: nobody can, see `rules`.")
    rules = fields.ListField(
        child=fields.CharField(max_length=40),
        max_length=20,
        help_text="The codes of the rules that refuse whoever comes nearest; empty if somebody can.",
    )


class ReassignedVisits(StrictSerializer):
    """What becomes of the visits."""

    results = list_of(ReassignedVisit, max_length=10_000, help_text="The visits that were looked at, by start.")

"""The part of an answer that says what a change of set-up breaks, and the parameter that asks before doing it."""

from collections.abc import Iterable
from typing import Any

from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, list_of


class DryRunQuery(StrictSerializer):
    """Whether to do it, or only to say what it would break."""

    dry_run = fields.BooleanField(
        required=False, default=False, help_text="If true, answer as if it were done, and change nothing."
    )


class AffectedAppointment(StrictSerializer):
    """A booked visit that the change no longer covers. It stays booked until somebody moves or cancels it."""

    appointment_id = fields.UUIDField(help_text="The visit; its whole description is at getAppointment.")
    clinic_id = fields.UUIDField(help_text="The clinic that the visit is at.")
    practitioner_id = fields.UUIDField(help_text="Who is to give the visit, by id.")
    practitioner_name = fields.CharField(max_length=201, help_text="Who is to give the visit, by name.")
    patient_id = fields.UUIDField(help_text="Whom the visit is for, by id.")
    patient_name = fields.CharField(max_length=201, help_text="Whom the visit is for, by name.")
    service_id = fields.UUIDField(help_text="The service of the visit, by id.")
    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset.")
    rules = fields.ListField(
        child=fields.CharField(max_length=40),
        max_length=20,
        help_text="The codes of the rules that would refuse the visit now.",
    )


def affected_appointments() -> Any:
    """The field `affected_appointments` of an answer."""
    return list_of(
        AffectedAppointment,
        max_length=10_000,
        help_text="Booked visits that this change no longer covers, by start; empty if it breaks nothing.",
    )


def with_affected(body: Any, affected: Iterable[Any]) -> dict[str, Any]:
    """The body of an answer with what the change broke, before its etag is worked out."""
    return {**body, "affected_appointments": list(affected)}

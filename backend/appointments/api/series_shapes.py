"""What planning a series takes and answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.appointments.api.slot_shapes import Alternative, GateShape
from backend.appointments.enums import DayPart
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, list_of

MOST_VISITS, MOST_CLINICS, MOST_PRACTITIONERS, LONGEST_GAP = 20, 10, 20, 62
FOR_WHOM = (
    "Whom the visits are for: a dependant, or for staff any patient they may see. Absent: the caller; staff must say."
)


class SeriesPlanRequest(StrictSerializer):
    """How many visits, how far apart, where, by whom and when they would suit."""

    service_id = fields.UUIDField(help_text="The service, the same for every visit.")
    clinic_ids = fields.ListField(
        child=fields.UUIDField(),
        min_length=1,
        max_length=MOST_CLINICS,
        help_text="The clinics that would do, 1 to 10; visits stay at one of them if they can.",
    )
    practitioner_ids = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_PRACTITIONERS,
        help_text="Who would do, up to 20; absent or empty: anybody. Visits stay with one of them if they can.",
    )
    patient_id = fields.UUIDField(required=False, help_text=FOR_WHOM)
    count = fields.IntegerField(min_value=2, max_value=MOST_VISITS, help_text="How many visits are wanted, 2 to 20.")
    min_gap_days = fields.IntegerField(
        min_value=1,
        max_value=LONGEST_GAP,
        help_text="How many days at least from one visit to the next, by local date. The service may ask for more.",
    )
    max_gap_days = fields.IntegerField(
        min_value=1, max_value=LONGEST_GAP, help_text="How many days at most from one visit to the next, by local date."
    )
    from_date = fields.DateField(
        required=False,
        help_text="The first visit is on this local date or up to `max_gap_days` later; today if absent or past.",
    )
    weekdays = fields.ListField(
        child=fields.IntegerField(min_value=1, max_value=7),
        required=False,
        default=list,
        max_length=7,
        help_text="Weekdays that suit, by ISO 8601: 1 is Monday; absent or empty: any.",
    )
    day_parts = fields.ListField(
        child=fields.ChoiceField(DayPart),
        required=False,
        default=list,
        max_length=3,
        help_text="Parts of the day that suit, on the clinic's clock: `morning` until 12:00, `afternoon` until 17:00, "
        "then `evening`; absent or empty: any.",
    )
    only_preferred = fields.BooleanField(
        required=False,
        default=False,
        help_text="True: no other weekdays and parts of the day than those. False: others where it cannot be helped.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The gaps in their order."""
        if attrs["max_gap_days"] < attrs["min_gap_days"]:
            less = ErrorDetail(str(_("This is less than min_gap_days.")), code=FieldCode.TOO_SMALL.value)
            raise ValidationError({"max_gap_days": [less]})
        return attrs


class PlannedVisit(StrictSerializer):
    """A visit as it could be booked just now. It promises nothing until it is."""

    starts_at = fields.DateTimeField(help_text="The start with the clinic's offset; send it back just as it came.")
    clinic_id = fields.UUIDField(help_text="The clinic of this visit, one of those asked for.")
    practitioner_id = fields.UUIDField(help_text="Who would give the visit; the same for all visits if it can be.")
    is_as_preferred = fields.BooleanField(help_text="Whether weekday and part of the day are among those that suit.")
    alternatives = list_of(
        Alternative,
        max_length=3,
        help_text="What could stand in its place while the others stay: the first start of a part of a day.",
    )


class SeriesPlan(StrictSerializer):
    """A proposal: visits that can be booked, all of them together."""

    service_id = fields.UUIDField(help_text="The service of every visit, as it was asked for.")
    patient_id = fields.UUIDField(help_text="Whom the visits would be for, as it was asked for or the caller.")
    min_gap_days = fields.IntegerField(
        min_value=1, max_value=366, help_text="The gap that was kept: the one asked for, or the service's if longer."
    )
    gate = GateShape(help_text="Whether this patient may have the service yet, and if not, what comes first.")
    is_complete = fields.BooleanField(
        help_text="Whether these are as many as were asked for; else they are as many as the calendar has in a row."
    )
    visits = list_of(PlannedVisit, max_length=MOST_VISITS, help_text="The visits by start; none if nothing is free.")

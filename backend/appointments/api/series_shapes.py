"""What planning and booking a series take and answer."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.appointments.api.requests import CancelReasonCode
from backend.appointments.api.shapes import Appointment
from backend.appointments.api.slot_shapes import Alternative, GateShape
from backend.appointments.enums import DayPart, RuleClass, RuleCode
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.minutes import MinuteField
from backend.common.http.serializers import StrictSerializer, list_of

MOST_VISITS, MOST_CLINICS, MOST_PRACTITIONERS, LONGEST_GAP = 20, 5, 20, 62
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
        help_text="The clinics that would do, 1 to 5; visits stay at one of them if they can.",
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


class SeriesVisitRequest(StrictSerializer):
    """One of the visits to book."""

    starts_at = MinuteField(help_text="The start, just as planSeries or listSlots gave it.")
    clinic_id = fields.UUIDField(help_text="The clinic of this visit, as `clinic_id` of planSeries.")
    practitioner_id = fields.UUIDField(
        required=False,
        help_text="Who is to give the visit. Absent: we pick, whoever gives others of them first; null is refused.",
    )


class SeriesRequest(StrictSerializer):
    """The visits to book together."""

    service_id = fields.UUIDField(help_text="The service, the same for every visit.")
    patient_id = fields.UUIDField(required=False, help_text=FOR_WHOM)
    visits = list_of(
        SeriesVisitRequest,
        min_length=1,
        max_length=MOST_VISITS,
        help_text="The visits as they were shown, 1 to 20; at most 731 days from the first to the last.",
    )
    accept_partial = fields.BooleanField(
        required=False,
        default=False,
        help_text="False: all of them or none. True: those that can be booked, if any; `conflicts` says what cannot.",
    )
    note = fields.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="What the clinic should know beforehand, with every visit. Not for health questions.",
    )


class ConflictRule(StrictSerializer):
    """A rule that refuses a visit of a series."""

    code = fields.ChoiceField(RuleCode, help_text="Stable name of the rule; the same in every answer that names it.")
    # `class` cannot be written as an attribute; see below.
    detail = fields.CharField(max_length=200, help_text="The same for people, in the language asked for.")
    remedy = fields.CharField(max_length=200, help_text="What would help, for people, in the language asked for.")


ConflictRule._declared_fields["class"] = fields.ChoiceField(
    RuleClass, help_text="`soft`: staff may book the visit by itself and set the rule aside. `hard`: nobody may."
)


class SeriesConflict(StrictSerializer):
    """A visit that rules refuse, and what could be booked instead."""

    index = fields.IntegerField(min_value=0, max_value=19, help_text="Its place in `visits` as sent, from zero.")
    starts_at = fields.DateTimeField(help_text="The start that was wanted, with the clinic's offset.")
    clinic_id = fields.UUIDField(help_text="The clinic that it was wanted at.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone, of these starts, too.")
    practitioner_id = fields.UUIDField(allow_null=True, help_text="Who was to give it; null: whoever is free.")
    rules = list_of(ConflictRule, max_length=30, help_text="The rules that refuse whoever comes nearest.")
    alternatives = list_of(
        Alternative,
        max_length=3,
        help_text="The nearest starts within a week at that clinic that go with the visits that can be booked; two "
        "conflicts may name the same one.",
    )


class SeriesCancelRequest(StrictSerializer):
    """Why the rest of a series is cancelled."""

    reason_code = fields.ChoiceField(CancelReasonCode, help_text="Why the visits are cancelled.")
    expected_fee_minor = fields.IntegerField(
        required=False,
        min_value=0,
        help_text="What the person was told it costs in all: `fee_if_now_minor` of the series. If it costs something "
        "else by now, nothing happens and the answer is 409 `fee_changed`. Absent: whatever it costs.",
    )
    note = fields.CharField(
        required=False, default="", allow_blank=True, max_length=500, help_text="Anything the clinic should know."
    )


class Series(StrictSerializer):
    """Visits that were booked together. Each is a visit like any other: move or cancel it by itself."""

    id = fields.UUIDField(source="row.pk", help_text="The series. It keeps its id for life.")
    service_id = fields.UUIDField(source="row.service_id", help_text="The service of every visit, by id.")
    patient_id = fields.UUIDField(source="row.patient_id", help_text="Whom the visits are for, by id.")
    booked_at = fields.DateTimeField(source="row.created_at", help_text="When the series was booked.")
    fee_if_now_minor = fields.IntegerField(
        min_value=0, help_text="What cancelling all visits to come would cost at this moment, in cents."
    )
    visits = list_of(
        Appointment,
        max_length=MOST_VISITS,
        help_text="The visits by start, those cancelled among them; for staff those they may see.",
    )
    conflicts = list_of(
        SeriesConflict,
        max_length=MOST_VISITS,
        help_text="What could not be booked, with `accept_partial`, and the alternatives of that moment.",
    )

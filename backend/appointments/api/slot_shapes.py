"""What search takes and answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.appointments.enums import GateStatus, RuleClass, RuleCode
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.minutes import MinuteField
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of


class SlotView(StrEnum):
    """How much of each day is answered."""

    SLOTS = "slots"
    DAYS = "days"


class _AboutSlots(StrictSerializer):
    service = fields.CharField(
        max_length=60,
        required=False,
        help_text="The service: its id, or its stable code. Needed unless `appointment` is.",
    )
    patient = fields.UUIDField(
        required=False,
        help_text="Whom the visit is for, a dependant say; their rules are asked. Without it: the caller.",
    )
    appointment = fields.UUIDField(
        required=False,
        help_text="A visit to be moved: its service and patient are asked about, and who gives it now.",
    )
    any_practitioner = fields.BooleanField(
        required=False,
        default=False,
        help_text="With `appointment`: whether others than who gives it now are asked about, too.",
    )

    hold = fields.UUIDField(
        required=False,
        help_text="A hold of the caller to look past: what createHold takes with it in `replaces`, its own start too.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A service, or a visit that tells it."""
        if "service" not in attrs and "appointment" not in attrs:
            needed = ErrorDetail(str(_("This is needed without an appointment.")), code=FieldCode.REQUIRED.value)
            raise ValidationError({"service": [needed]})
        if "hold" in attrs and "appointment" in attrs:
            odd = ErrorDetail(str(_("A visit is moved without a hold.")), code=FieldCode.MISMATCH.value)
            raise ValidationError({"hold": [odd]})
        return attrs


def about(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a query of `_AboutSlots` names, as queries take it."""
    ids = {f"{name}_id": asked.get(name) for name in ("patient", "appointment", "hold")}
    return {"service": asked.get("service"), "any_practitioner": asked["any_practitioner"], **ids}


class SlotQuery(_AboutSlots, PageQuery):
    """What is looked for, and where and when."""

    clinic = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        help_text="Only these clinics; repeat it for several. Without it: any.",
    )
    practitioner = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        help_text="Only these practitioners; repeat it for several. Without it: any.",
    )
    from_date = fields.DateField(required=False, help_text="First local date at the clinics; today if not given.")
    to_date = fields.DateField(
        required=False, help_text="Last local date, included; six days after the first if not given; 62 days at most."
    )
    limit = fields.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        help_text="How many dates at most, counted at each clinic. Absent: 50, and with `view=days` all of "
        "them. While `next_cursor` is not null there are more.",
    )
    view = fields.ChoiceField(
        SlotView,
        default=SlotView.SLOTS,
        help_text="With `slots` every start is listed, in `results`; with `days` they are counted, in `calendar`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The dates in their order."""
        if "from_date" in attrs and "to_date" in attrs and attrs["to_date"] < attrs["from_date"]:
            before = ErrorDetail(str(_("This lies before from_date.")), code=FieldCode.TOO_SMALL.value)
            raise ValidationError({"to_date": [before]})
        return super().validate(attrs)


class NextSlotsQuery(_AboutSlots):
    """What is looked for, and where."""

    clinic = fields.ListField(
        child=fields.UUIDField(), required=False, default=list, help_text="Only these clinics; absent: any."
    )
    practitioner = fields.ListField(
        child=fields.UUIDField(), required=False, default=list, help_text="Only these practitioners; absent: any."
    )
    count = fields.IntegerField(min_value=1, max_value=50, default=3, help_text="How many starts at most, 1 to 50.")


class ExplainQuery(_AboutSlots):
    """Which start is asked about."""

    clinic = fields.UUIDField(help_text="The clinic of the start.")
    starts_at = MinuteField(help_text="The start in question, on a whole minute; on the grid or not.")
    practitioner = fields.UUIDField(
        required=False,
        help_text="Who would give the visit. Absent: whoever comes nearest to a yes; of a visit to be moved, "
        "who gives it now.",
    )


class Slot(StrictSerializer):
    """A start that can be booked just now. It promises nothing until it is held or booked."""

    starts_at = fields.DateTimeField(help_text="The start with the clinic's offset; send it back just as it came.")
    practitioner_ids = fields.ListField(
        child=fields.UUIDField(),
        max_length=1000,
        help_text="Who could give the visit; send one, or leave it out and we pick.",
    )


class Alternative(Slot):
    """A start that can be booked instead."""

    clinic_id = fields.UUIDField(help_text="The clinic that the start is at.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")


class DayOfSlots(StrictSerializer):
    """One local date at one clinic on which something is free."""

    date = fields.DateField(help_text="The date on the clinic's calendar.")
    clinic_id = fields.UUIDField(help_text="The clinic that these starts are at.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")
    slots = list_of(Slot, max_length=1440, help_text="The starts in order; at least one.")


class CalendarDay(StrictSerializer):
    """One local date on which something is free. Dates without anything are left out."""

    date = fields.DateField(help_text="The date on the clinic's calendar.")
    slot_count = fields.IntegerField(min_value=1, max_value=1440, help_text="How many different starts the date has.")
    first_starts_at = fields.DateTimeField(help_text="The earliest start of the date, with the clinic's offset.")


class ClinicCalendar(StrictSerializer):
    """The dates at one clinic on which something is free."""

    clinic_id = fields.UUIDField(help_text="The clinic that these dates are at.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")
    days = list_of(CalendarDay, max_length=62, help_text="The dates with something free, ascending.")


class GateShape(StrictSerializer):
    """What stands before the service for this patient."""

    status = fields.ChoiceField(
        GateStatus,
        help_text="`open`; or what comes first. `needs_screening`: answer getScreeningQuestionnaire; `blocked`: a "
        "physiotherapist has to look at the answers; `needs_assessment`: book `next_service_id`; `review_due`: a "
        "physiotherapist has to review the course of treatment first; `needs_consent`: "
        "agree to getConsentText, starts are listed all the same; `desk_must_book`: after missed visits the patient "
        "books at none of these clinics, call one. Without a patient: what is asked of anybody.",
    )
    code = fields.CharField(
        max_length=40,
        allow_null=True,
        help_text="The rule that refuses, one of `RuleCode` (`screening_needed`, `assessment_needed`, ...); null when "
        "open.",
    )
    next_service_id = fields.UUIDField(allow_null=True, help_text="The service to book first; null unless that helps.")


class SlotPage(StrictSerializer):
    """What is free, by date and clinic."""

    service_id = fields.UUIDField(help_text="The service that was looked for, by id.")
    duration_minutes = fields.IntegerField(min_value=1, max_value=480, help_text="The length of a visit in minutes.")
    gate = GateShape(help_text="Whether this patient may have the service yet, and if not, what comes first.")
    bookable_until_date = fields.DateField(
        allow_null=True,
        help_text="The last date that any of these clinics takes bookings for at present: beyond it a calendar is "
        "closed, not full. Null: none of them offers the service.",
    )
    results = list_of(
        DayOfSlots,
        help_text="With `view=slots`: dates with something free, ascending, then by name of the clinic. Else empty.",
    )
    calendar = list_of(
        ClinicCalendar,
        max_length=1000,
        help_text="With `view=days`: the clinics with something free, by name, each with its dates. Else empty.",
    )
    next_cursor = fields.CharField(
        allow_null=True, max_length=1000, help_text="Send it as `cursor` to get the next page; null on the last page."
    )


class UpcomingSlots(StrictSerializer):
    """The first starts that can be booked, in order of time."""

    service_id = fields.UUIDField(help_text="The service that was looked for, by id.")
    duration_minutes = fields.IntegerField(min_value=1, max_value=480, help_text="The length of a visit in minutes.")
    gate = GateShape(help_text="Whether this patient may have the service yet, and if not, what comes first.")
    results = list_of(Alternative, max_length=50, help_text="The starts; fewer than asked for if there are no more.")


class RuleVerdict(StrictSerializer):
    """What one rule says of a start."""

    code = fields.ChoiceField(RuleCode, help_text="Stable name of the rule; the same in every answer that names it.")
    # `class` cannot be written as an attribute; see below.
    passes = fields.BooleanField(help_text="Whether the rule admits the start.")
    detail = fields.CharField(
        max_length=200, allow_null=True, help_text="Why it refuses, for people; null if it does not."
    )
    remedy = fields.CharField(max_length=200, allow_null=True, help_text="What would help; null if it does not refuse.")
    next_start_at = fields.DateTimeField(
        allow_null=True,
        help_text="The next start that this rule alone admits; null if none in five weeks, or it passes.",
    )
    can_override = fields.BooleanField(
        help_text="Whether the caller may set the rule aside with a reason; always false for patients."
    )


RuleVerdict._declared_fields["class"] = fields.ChoiceField(
    RuleClass, help_text="`soft`: staff with the right may set it aside with a reason. `hard`: nobody may."
)


class SlotExplanation(StrictSerializer):
    """Whether a start can be booked just now, and what every rule says of it."""

    bookable = fields.BooleanField(help_text="Whether booking would admit the start just now.")
    practitioner_id = fields.UUIDField(
        allow_null=True, help_text="About whom the rules speak; null when nobody gives the service there."
    )
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")
    next_start_at = fields.DateTimeField(
        allow_null=True, help_text="The next start that all rules admit for them; null if none in five weeks."
    )
    rules = list_of(RuleVerdict, max_length=30, help_text="Every rule, in the order in which booking asks them.")

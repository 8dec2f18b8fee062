"""What the booking operations take."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.appointments.api.shapes import OverrideShape
from backend.appointments.enums import AppointmentStatus, CancelReason
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.minutes import MinuteField
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of

_ANY_PATIENT = "Whom the time is for: a dependant, or for staff any patient they may see."
HELD_FOR = f"{_ANY_PATIENT} Absent: the caller, or with staff nobody yet; null is refused."
BOOKED_FOR = f"{_ANY_PATIENT} Absent: whom the hold is for, else the caller; staff must say. Null is refused."


def consents_given(done: str) -> fields.ListField:
    """The field of the consents that go with a visit that is booked or moved."""
    return fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        max_length=10,
        help_text="Texts that the patient agreed to on the way here, each by `id` of getConsentText. If the visit "
        f"cannot be {done}, nothing was agreed to.",
    )


class HoldRequest(StrictSerializer):
    """A start to hold for whoever is about to book it."""

    service_id = fields.UUIDField(help_text="The service to be booked, as `service_id` of listSlots.")
    clinic_id = fields.UUIDField(help_text="The clinic, as `clinic_id` of the date in listSlots.")
    starts_at = MinuteField(help_text="The start, just as listSlots gave it.")
    practitioner_id = fields.UUIDField(
        required=False, help_text="Who is to give the visit. Absent: we pick; null is refused."
    )
    patient_id = fields.UUIDField(required=False, help_text=HELD_FOR)
    replaces = fields.UUIDField(
        required=False,
        help_text="A hold of the caller that is let go for this one, and stays if this one cannot be had.",
    )


class AppointmentRequest(StrictSerializer):
    """A start to book: `hold_id`, or else `service_id`, `clinic_id` and `starts_at`, all three.

    What is said beside a hold must be as the hold has it.
    """

    hold_id = fields.UUIDField(
        required=False,
        help_text="The caller's hold; it becomes the visit and keeps its id. Absent: the next three are required.",
    )
    service_id = fields.UUIDField(required=False, help_text="The service; required unless `hold_id` is sent.")
    clinic_id = fields.UUIDField(required=False, help_text="The clinic; required unless `hold_id` is sent.")
    starts_at = MinuteField(
        required=False, help_text="The start, just as listSlots gave it; required unless `hold_id` is sent."
    )
    practitioner_id = fields.UUIDField(
        required=False, help_text="Who is to give the visit. Absent: we pick; null is refused."
    )
    patient_id = fields.UUIDField(required=False, help_text=BOOKED_FOR)
    note = fields.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="What the clinic should know beforehand. Not for health questions: those have their own forms.",
    )
    consents = consents_given("booked")
    overrides = list_of(
        OverrideShape,
        required=False,
        default=list,
        max_length=10,
        help_text="Soft rules that staff set aside, each with its reason; needs `appointment:override`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Without a hold, service, clinic and start are needed."""
        needed = () if "hold_id" in attrs else ("service_id", "clinic_id", "starts_at")
        missing = {
            name: [ErrorDetail(str(_("This is needed without a hold_id.")), code=FieldCode.REQUIRED.value)]
            for name in needed
            if name not in attrs
        }
        if missing:
            raise ValidationError(missing)
        return attrs


class AppointmentOfHoldRequest(AppointmentRequest):
    """A start to book that the caller holds. What is said beside the hold must be as the hold has it."""

    hold_id = fields.UUIDField(help_text="The caller's hold; it becomes the visit and keeps its id.")
    service_id = fields.UUIDField(required=False, help_text="The service of the hold, if it is to be checked.")
    clinic_id = fields.UUIDField(required=False, help_text="The clinic of the hold, if it is to be checked.")
    starts_at = MinuteField(required=False, help_text="The start of the hold, if it is to be checked.")
    practitioner_id = fields.UUIDField(required=False, help_text="Who gives the held visit, if it is to be checked.")


class AppointmentOutrightRequest(AppointmentRequest):
    """A start to book that nobody holds."""

    hold_id = None  # type: ignore[assignment]  # takes the field away
    service_id = fields.UUIDField(help_text="The service to be booked, as `service_id` of listSlots.")
    clinic_id = fields.UUIDField(help_text="The clinic, as `clinic_id` of the date in listSlots.")
    starts_at = MinuteField(help_text="The start, just as listSlots gave it.")


AppointmentRequest.variants = (AppointmentOfHoldRequest, AppointmentOutrightRequest)


class RescheduleRequest(StrictSerializer):
    """Where a visit is to go. What is absent stays."""

    starts_at = MinuteField(help_text="The new start, just as listSlots gave it when asked with `appointment`.")
    clinic_id = fields.UUIDField(required=False, help_text="The new clinic; absent: the visit stays at its own.")
    practitioner_id = fields.UUIDField(
        required=False,
        allow_null=True,
        help_text="Who is to give the visit; absent: who gives it now, whatever the clinic; null lets us pick.",
    )
    consents = consents_given("moved")
    overrides = list_of(
        OverrideShape,
        required=False,
        default=list,
        max_length=10,
        help_text="Soft rules that staff set aside for the new time, each with its reason; earlier ones end.",
    )


class AcceptOfferRequest(StrictSerializer):
    """What the patient agrees to with the time; no body where that is nothing."""

    consents = consents_given("booked")


class AppointmentChangesRequest(StrictSerializer):
    """What to change; what is absent stays, null clears. Time and place are moved by rescheduleAppointment."""

    note = fields.CharField(
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=1000,
        help_text="What the clinic should know beforehand. Not for health questions: those have their own forms.",
    )


class CancelReasonCode(StrEnum):
    """Why a visit is cancelled; the two about health help the clinic, no answer is worse for the patient."""

    BETTER = CancelReason.BETTER.value
    WORSE = CancelReason.WORSE.value
    ILL = CancelReason.ILL.value
    SCHEDULE = CancelReason.SCHEDULE.value
    COST = CancelReason.COST.value
    CLINIC = CancelReason.CLINIC.value
    OTHER = CancelReason.OTHER.value


class CancelRequest(StrictSerializer):
    """Why a visit is cancelled."""

    reason_code = fields.ChoiceField(CancelReasonCode, help_text="Why it is cancelled.")
    expected_fee_minor = fields.IntegerField(
        required=False,
        min_value=0,
        help_text="What the person was told it costs: `fee_if_now_minor`. If it costs something else by now, nothing "
        "happens and the answer is 409 `fee_changed`. Zero for staff with the reason `clinic`. Absent: whatever it "
        "costs.",
    )
    note = fields.CharField(
        required=False, default="", allow_blank=True, max_length=500, help_text="Anything the clinic should know."
    )


class When(StrEnum):
    """Which side of this moment."""

    UPCOMING = "upcoming"
    PAST = "past"


class AppointmentQuery(PageQuery):
    """Which visits to list, of those the caller may see. Filters narrow; several values of one mean any of them."""

    when = fields.ChoiceField(
        When,
        required=False,
        help_text="Those `upcoming`, still to take place, next first; or those `past`: all others, latest first.",
    )
    clinic = fields.ListField(
        child=fields.UUIDField(), required=False, help_text="Only visits at these clinics; repeat it for several."
    )
    practitioner = fields.ListField(child=fields.UUIDField(), required=False, help_text="Only visits they give.")
    patient = fields.ListField(
        child=fields.UUIDField(), required=False, help_text="Only visits of these patients; repeat it for several."
    )
    status = fields.ListField(
        child=fields.ChoiceField(AppointmentStatus),
        required=False,
        help_text="Only visits in one of these states; repeat it for several.",
    )
    from_date = fields.DateField(required=False, help_text="Only visits on this local date at the clinic or later.")
    to_date = fields.DateField(required=False, help_text="Only visits on this local date at the clinic or earlier.")
    updated_since = fields.DateTimeField(
        required=False,
        help_text="Only visits changed since; oldest change first. For syncing: nothing is ever deleted.",
    )

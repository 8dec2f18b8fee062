"""What the visit operations answer."""

from typing import Any

from django.conf import settings

from backend.appointments.enums import AppointmentStatus, CancelReason, RuleCode
from backend.appointments.queries.seen import SeenVisit
from backend.clinics.enums import Province
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, VersionedSerializer, list_of
from backend.common.localised import localised

LIFE = (
    "Where the visit stands. booked → confirmed, checked_in, cancelled, no_show; confirmed → checked_in, cancelled, "
    "no_show; checked_in → in_progress, cancelled; in_progress → completed. The other three are final."
)


class ServiceSummary(StrictSerializer):
    """The service of a visit, by name."""

    id = fields.UUIDField(help_text="The service. Its whole description is at getService.")
    code = fields.CharField(max_length=60, help_text="The stable code of the service, such as `ims-treatment`.")
    name = fields.CharField(max_length=120, help_text="What the service is called, in the language of the answer.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """By name, in the language of the request."""
        return {"id": instance.pk, "code": instance.code, "name": localised(instance, "name")}


class PractitionerSummary(StrictSerializer):
    """Who gives a visit, by name."""

    id = fields.UUIDField(help_text="The practitioner. The public profile is at getPractitioner.")
    name = fields.CharField(max_length=201, help_text="Given and family name, as patients know the practitioner.")
    title = fields.CharField(max_length=100, help_text="The professional title, in the language of the answer.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """By name, in the language of the request."""
        return {"id": instance.pk, "name": str(instance), "title": localised(instance, "title")}


class ClinicSummary(StrictSerializer):
    """Where a visit takes place, with what a patient needs to find it."""

    id = fields.UUIDField(help_text="The clinic. Its whole description is at getClinic.")
    name = fields.CharField(max_length=120, help_text="The name on the door of the clinic.")
    street = fields.CharField(max_length=200, help_text="Street and number of the clinic.")
    city = fields.CharField(max_length=100, help_text="The city that the clinic is in.")
    province = fields.ChoiceField(Province, help_text="The province or territory, by its two letters.")
    postal_code = fields.CharField(max_length=10, help_text="The postal code of the clinic.")
    phone = fields.CharField(max_length=20, help_text="The phone number of the front desk, in E.164 form.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """By name and address."""
        plain = {name: getattr(instance, name) for name in ("name", "street", "city", "province", "postal_code")}
        return {"id": instance.pk, **plain, "phone": str(instance.phone)}


class PatientSummary(StrictSerializer):
    """Whom a visit is for, by name."""

    id = fields.UUIDField(help_text="The patient: the caller, a dependant, or for staff somebody they may see.")
    name = fields.CharField(max_length=201, help_text="Given and family name of the patient.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """By name."""
        return {"id": instance.pk, "name": str(instance)}


class OverrideShape(StrictSerializer):
    """A soft rule that staff set aside, and why."""

    code = fields.ChoiceField(RuleCode, help_text="The rule that is set aside; only soft rules can be.")
    reason = fields.CharField(
        max_length=200, help_text="Why it is set aside. Kept with the visit and in the audit log."
    )


class AppointmentLinks(StrictSerializer):
    """Where to go from a visit."""

    self = fields.CharField(max_length=200, help_text="The path of the visit in this API.")
    web = fields.CharField(max_length=300, help_text="The page of the visit for a person; phones open the app with it.")

    def to_representation(self, instance: SeenVisit) -> dict[str, Any]:
        """From the id alone."""
        return {
            "self": f"/v1/appointments/{instance.row.pk}",
            "web": f"{settings.APP_URL}/appointments/{instance.row.pk}",
        }


class Appointment(VersionedSerializer):
    """A visit with all that a confirmation screen shows."""

    id = fields.UUIDField(source="row.pk", help_text="The visit. It keeps its id for life, whatever happens to it.")
    status = fields.ChoiceField(AppointmentStatus, source="row.status", help_text=LIFE)
    service_id = fields.UUIDField(source="row.service_id", help_text="The id of the service, as in `service`.")
    service = ServiceSummary(source="row.service", help_text="The service, so that no second call is needed.")
    clinic_id = fields.UUIDField(source="row.clinic_id", help_text="The id of the clinic, as in `clinic`.")
    clinic = ClinicSummary(source="row.clinic", help_text="The clinic with its address and phone number.")
    practitioner_id = fields.UUIDField(source="row.practitioner_id", help_text="The id of the practitioner.")
    practitioner = PractitionerSummary(source="row.practitioner", help_text="Who gives the visit, by name and title.")
    patient_id = fields.UUIDField(source="row.patient_id", help_text="The id of the patient, as in `patient`.")
    patient = PatientSummary(source="row.patient", help_text="Whom the visit is for, by name.")
    series_id = fields.UUIDField(
        source="row.series_id", allow_null=True, help_text="The series it was booked in, as getSeries tells; else null."
    )
    room_name = fields.CharField(source="row.room.name", max_length=60, help_text="The room, as its door names it.")
    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset: its text shows the wall time.")
    ends_at = fields.DateTimeField(help_text="The end, with the clinic's offset; buffers are not part of it.")
    local_start = fields.WallMinuteField(
        source="row.local_start", help_text="The promise: wall time at the clinic, `YYYY-MM-DDThh:mm`."
    )
    timezone = fields.CharField(source="row.timezone", max_length=40, help_text="The clinic's IANA time zone.")
    utc_offset = fields.OffsetField(help_text="The offset of the clinic's clock at the start, `±hh:mm`.")
    duration_minutes = fields.IntegerField(min_value=0, max_value=1440, help_text="The length of the visit in minutes.")
    price_minor = fields.IntegerField(
        source="row.price_minor", min_value=0, help_text="The price in cents, before tax."
    )
    tax_basis_points = fields.IntegerField(
        source="row.tax_basis_points", min_value=0, max_value=5000, help_text="The tax in hundredths of a percent."
    )
    currency = fields.CharField(source="row.currency", max_length=3, help_text="The currency of all amounts, ISO 4217.")
    can_be_cancelled = fields.BooleanField(help_text="Whether cancelAppointment would succeed at this moment.")
    can_cancel_until = fields.DateTimeField(
        source="starts_at", help_text="The start: until then it can be cancelled, maybe for a fee."
    )
    free_cancellation_until = fields.DateTimeField(
        help_text="Until then cancelling costs nothing; by the clinic's clock."
    )
    can_be_rescheduled = fields.BooleanField(
        help_text="Whether the caller may move the visit at this moment; whether a time is free is another question."
    )
    reschedules_left = fields.IntegerField(
        min_value=0, max_value=100, help_text="How often the patient may still move it; staff have no limit."
    )
    can_reschedule_until_date = fields.DateField(
        help_text="The last date to which the patient may move it, counted from its first; staff have no limit."
    )
    fee_if_now_minor = fields.IntegerField(
        min_value=0, help_text="What cancelling would cost at this moment, in cents."
    )
    late_cancellation_fee_percent = fields.IntegerField(
        source="row.late_cancellation_fee_percent",
        min_value=0,
        max_value=100,
        help_text="The share of the price that a late cancellation costs.",
    )
    no_show_fee_percent = fields.IntegerField(
        source="row.no_show_fee_percent",
        min_value=0,
        max_value=100,
        help_text="The share of the price that a missed visit costs.",
    )
    fee_minor = fields.IntegerField(
        source="row.cancellation_fee_minor",
        min_value=0,
        help_text="What the cancellation or the missed visit did cost, in cents; zero for all other visits.",
    )
    cancel_reason = fields.ChoiceField(
        CancelReason, source="row.cancel_reason", help_text="Why it was cancelled; `none` while it was not."
    )
    note = fields.CharField(
        source="row.note",
        max_length=1000,
        allow_blank=True,
        help_text="What the caller wrote when booking; may be empty.",
    )
    overrides = list_of(
        OverrideShape, max_length=20, help_text="Rules that staff set aside; shown to staff of the clinic only."
    )
    revision = fields.IntegerField(
        source="row.revision",
        min_value=0,
        help_text="How often the visit was moved; the SEQUENCE of its calendar entry.",
    )
    booked_at = fields.DateTimeField(source="row.booked_at", help_text="When the visit was booked.")
    updated_at = fields.DateTimeField(source="row.updated_at", help_text="When anything about the visit last changed.")
    links = AppointmentLinks(source="*", help_text="Where to go from here: this API and the person's own page.")

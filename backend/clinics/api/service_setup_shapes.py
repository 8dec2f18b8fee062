"""Services and offers, as those who manage them write and read them: both languages, own terms of clinics."""

from enum import StrEnum
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.clinics.api.place_shapes import MONTH_MINUTES
from backend.clinics.enums import CredentialKind, Discipline, Province, RoomKind
from backend.clinics.models.places import SLUG
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.changes import changes_of
from backend.common.http.serializers import StrictSerializer, VersionedSerializer, list_of

MONEY_MAX = 1_000_000
_A_PROVINCE = RegexValidator(
    f"^({'|'.join(Province.values)})?$", _("There is no such province."), code=FieldCode.NOT_A_CHOICE.value
)


class RequirementRequest(StrictSerializer):
    """A proof that the practitioner must hold on the day of the visit (D4)."""

    kind = fields.ChoiceField(CredentialKind, help_text="What has to be proved.")
    province = fields.CharField(
        max_length=2,
        required=False,
        validators=[_A_PROVINCE],
        default="",
        allow_blank=True,
        help_text="Asked in this province only, by its two letters; empty: everywhere.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Whole also within a PATCH, whose absent fields are elsewhere kept."""
        kind, province = attrs.get("kind"), attrs.get("province", "")
        if kind is None:
            raise ValidationError({"kind": [ErrorDetail(str(_("This field is required.")), FieldCode.REQUIRED)]})
        return {"kind": str(kind), "province": province}


class ServiceRequest(StrictSerializer):
    """Something a patient can book. Length, buffers and gate are the same at every clinic (R9)."""

    code = fields.CharField(
        max_length=60, validators=[SLUG], help_text="A stable code, such as `ims-treatment`. It never changes."
    )
    name = fields.CharField(max_length=120, help_text="What the service is called, in English.")
    name_fr = fields.CharField(max_length=120, help_text="What the service is called, in French.")
    description = fields.CharField(max_length=2000, help_text="What it is, for patients, in English.")
    description_fr = fields.CharField(max_length=2000, help_text="What it is, for patients, in French.")
    preparation = fields.CharField(
        max_length=2000,
        required=False,
        default="",
        allow_blank=True,
        help_text="What to do and to bring, in English; may be empty.",
    )
    preparation_fr = fields.CharField(
        max_length=2000,
        required=False,
        default="",
        allow_blank=True,
        help_text="What to do and to bring, in French; may be empty.",
    )
    discipline = fields.ChoiceField(
        Discipline, help_text="The field of practice; IMS is never filed under acupuncture (D6)."
    )
    duration_minutes = fields.IntegerField(
        min_value=5, max_value=480, help_text="The length of a visit in minutes; a change applies to new visits."
    )
    before_minutes = fields.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=120,
        help_text="Minutes kept free before it, to prepare; a change applies to new visits.",
    )
    after_minutes = fields.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=120,
        help_text="Minutes kept free after it, to tidy up; a change applies to new visits.",
    )
    step_minutes = fields.IntegerField(
        required=False,
        default=15,
        min_value=5,
        max_value=720,
        help_text="Starts lie on multiples of this many minutes after the clinic's midnight.",
    )
    room_kind = fields.ChoiceField(RoomKind, help_text="The kind of room that a visit takes.")
    price_minor = fields.IntegerField(
        min_value=0, max_value=MONEY_MAX, help_text="The usual price in cents, before tax; a clinic may differ."
    )
    tax_basis_points = fields.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=5000,
        help_text="The usual tax in hundredths of a percent; 0 is exempt.",
    )
    needs_clearance = fields.BooleanField(
        required=False,
        default=False,
        help_text="True: only for patients whose assessment found them a candidate, whoever books.",
    )
    assessment_service_id = fields.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Where a patient without clearance goes first: the service that can give one.",
    )
    needs_screening = fields.BooleanField(
        required=False,
        default=False,
        help_text="True: only for patients whose answers to the questions before needling count and allow it.",
    )
    needs_consent = fields.BooleanField(
        required=False,
        default=False,
        help_text="True: only for patients who agreed to its present text; write one with createConsentText first.",
    )
    spacing_days = fields.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=365,
        help_text="Fewest days between two visits of this service; 0: no limit.",
    )
    is_active = fields.BooleanField(
        required=False, default=True, help_text="False: it is withdrawn, at every clinic. Booked visits stay booked."
    )
    required_credentials = list_of(
        RequirementRequest,
        required=False,
        default=list,
        max_length=100,
        help_text="All that the practitioner must hold; a list that is sent replaces the one before.",
    )


ServiceChangesRequest = changes_of(ServiceRequest, without=("code",))


class AppliesTo(StrEnum):
    """Which visits a change reaches."""

    NEW_VISITS = "new_visits"


class _AppliesToNewVisits(fields.ChoiceField):
    """Always the same: it is there for people to read."""

    def get_attribute(self, instance: Any) -> AppliesTo:
        return AppliesTo.NEW_VISITS


class Requirement(StrictSerializer):
    """A proof that the practitioner must hold on the day of the visit (D4)."""

    kind = fields.ChoiceField(CredentialKind, help_text="What has to be proved.")
    province = fields.CharField(
        max_length=2, allow_blank=True, help_text="Asked in this province only, by its two letters; empty: everywhere."
    )


class ManagedService(ServiceRequest, VersionedSerializer):
    """A service, as the owner sees it; the public description is at getService."""

    id = fields.UUIDField(help_text="The service; stays the same for good.")
    required_credentials = list_of(
        Requirement, source="required_credentials.all", max_length=100, help_text="All that the practitioner must hold."
    )
    applies_to = _AppliesToNewVisits(
        AppliesTo,
        help_text="Length, buffers and prices hold for visits booked from now on; each booked visit keeps its own.",
    )


class OfferRequest(StrictSerializer):
    """On which terms a clinic offers a service. The whole of it: what is absent or null is as service or policy say."""

    price_minor = fields.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=0,
        max_value=MONEY_MAX,
        help_text="The price here in cents, before tax; null: the usual one.",
    )
    tax_basis_points = fields.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=0,
        max_value=5000,
        help_text="The tax here in hundredths of a percent; null: the usual one.",
    )
    notice_minutes = fields.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=0,
        max_value=MONTH_MINUTES,
        help_text="How long before its start a visit must be booked; null: as the clinic's policy says.",
    )
    horizon_days = fields.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=1,
        max_value=730,
        help_text="How many days ahead visits can be booked; null: as the clinic's policy says.",
    )
    is_online_booking_on = fields.BooleanField(
        required=False,
        default=None,
        allow_null=True,
        help_text="False: only the desk books it here; null: as the clinic's policy says.",
    )
    free_cancellation_minutes = fields.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=0,
        max_value=MONTH_MINUTES,
        help_text="Cancelling costs nothing up to this many minutes before; null: as the clinic's policy says.",
    )
    is_active = fields.BooleanField(
        required=False, default=True, help_text="False: the clinic no longer offers it. Booked visits stay booked."
    )


class ClinicOffer(OfferRequest, VersionedSerializer):
    """A service on the list of a clinic."""

    clinic_id = fields.UUIDField(help_text="The clinic whose list it is on.")
    service_id = fields.UUIDField(help_text="The service. All about it is at getService.")
    code = fields.CharField(source="service.code", max_length=60, help_text="The stable code of the service.")
    name = fields.TranslatedField(
        source="service.name", max_length=120, help_text="What the service is called, in the caller's language."
    )

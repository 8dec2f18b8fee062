"""Clinics, rooms and policies, as those who manage them write and read them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.clinics.enums import ColdOrHeat, Province, RoomKind
from backend.clinics.models.places import SLUG
from backend.clinics.postal_codes import PATTERN, postal_code
from backend.common.http import fields
from backend.common.http.changes import changes_of
from backend.common.http.phones import PhoneField
from backend.common.http.serializers import StrictSerializer, VersionedSerializer
from backend.common.walltime import zone

MONTH_MINUTES = 31 * 24 * 60


class TimezoneField(fields.CharField):
    """The exact name of an IANA time zone."""

    default_error_messages = {"invalid": _("This is not an IANA time zone, such as America/Vancouver.")}

    def to_internal_value(self, data: Any) -> str:
        """Raises ValidationError for a zone that the pinned data does not have."""
        name: str = super().to_internal_value(data)
        try:
            zone(name)
        except ValueError:
            self.fail("invalid")
        return name


class PostalCodeField(fields.CharField):
    """A Canadian postal code in either letter case; kept as `V3B 0J1`."""

    pattern = PATTERN
    default_error_messages = {"invalid": _("This is not a Canadian postal code, such as V3B 0J1.")}

    def to_internal_value(self, data: Any) -> str:
        """Raises ValidationError."""
        code = postal_code(super().to_internal_value(data))
        if code is None:
            self.fail("invalid")
        return code


class DegreesField(fields.FloatField):
    """Degrees, kept to six decimals: a tenth of a metre."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError."""
        return Decimal(f"{super().to_internal_value(data):.6f}")  # takes any float; the range is judged afterwards


class ClinicRequest(StrictSerializer):
    """A clinic: where it is, what its clock says, how to reach it."""

    slug = fields.CharField(
        max_length=60,
        validators=[SLUG],
        help_text="A readable name for addresses of pages: small letters, digits and hyphens. It never changes.",
    )
    name = fields.CharField(max_length=120, help_text="The name on the door of the clinic.")
    street = fields.CharField(max_length=200, help_text="Street and number, and the unit if any.")
    city = fields.CharField(max_length=100, help_text="The city that the clinic is in.")
    province = fields.ChoiceField(Province, help_text="The province or territory: which credentials count there.")
    postal_code = PostalCodeField(max_length=10, help_text="The postal code, as in V3B 0J1; blank and case are free.")
    latitude = DegreesField(min_value=-90, max_value=90, help_text="Degrees north of the equator, to six decimals.")
    longitude = DegreesField(min_value=-180, max_value=180, help_text="Degrees east of Greenwich, to six decimals.")
    timezone = TimezoneField(
        max_length=40, help_text="The IANA time zone of its clock, such as America/Edmonton. All hours are by it."
    )
    phone = PhoneField(help_text="The number of the front desk, Canadian unless it starts with +; answered as E.164.")
    email = fields.EmailField(help_text="The address of the front desk, for patients and for us.")
    is_active = fields.BooleanField(
        required=False,
        default=True,
        help_text="False: the clinic is withdrawn. The public no longer sees it, and nobody can book there.",
    )


ClinicChangesRequest = changes_of(ClinicRequest, without=("slug",))


class ManagedClinic(ClinicRequest, VersionedSerializer):
    """A clinic, as those who manage it see it; the public description is at getClinic."""

    id = fields.UUIDField(help_text="The clinic; stays the same for good.")


class PolicyChangesRequest(StrictSerializer):
    """How visits are booked and cancelled at a clinic; what is absent stays."""

    is_online_booking_on = fields.BooleanField(
        required=False, help_text="False: only the desk books visits at this clinic."
    )
    notice_minutes = fields.IntegerField(
        required=False,
        min_value=0,
        max_value=MONTH_MINUTES,
        help_text="How many minutes before its start a visit must be booked.",
    )
    horizon_days = fields.IntegerField(
        required=False, min_value=1, max_value=730, help_text="How many days ahead visits can be booked."
    )
    free_cancellation_minutes = fields.IntegerField(
        required=False,
        min_value=0,
        max_value=MONTH_MINUTES,
        help_text="Cancelling costs nothing up to this many minutes before the start: 1440 is a day.",
    )
    late_cancellation_fee_percent = fields.IntegerField(
        required=False, min_value=0, max_value=100, help_text="The share of the price that a later cancellation costs."
    )
    no_show_fee_percent = fields.IntegerField(
        required=False, min_value=0, max_value=100, help_text="The share of the price that a missed visit costs."
    )
    reschedule_limit = fields.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        help_text="How often patients may move one visit themselves; 0: they ask the desk. Staff have no limit.",
    )
    reschedule_within_days = fields.IntegerField(
        required=False,
        min_value=0,
        max_value=730,
        help_text="Up to how many days after the date it was first booked for patients may move a visit.",
    )
    desk_books_after_no_shows = fields.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=100,
        help_text="After this many visits missed at the clinic only the desk books for a patient, by setting the rule "
        "`desk_must_book` aside; null: never.",
    )
    cold_or_heat = fields.ChoiceField(
        ColdOrHeat,
        required=False,
        help_text="What patients are told to use after needles. Advice can be put to use once this is chosen; from "
        "then on it may change, but not back to `undecided`.",
    )


class ClinicPolicy(PolicyChangesRequest, VersionedSerializer):
    """The policy of a clinic. It shares its etag with the clinic: a change of either makes both new."""

    clinic_id = fields.UUIDField(source="id", help_text="The clinic whose policy it is.")


class RoomRequest(StrictSerializer):
    """A room that one visit can occupy at a time."""

    name = fields.CharField(max_length=60, help_text="What its door says; no other room of the clinic is called so.")
    kind = fields.ChoiceField(RoomKind, help_text="What it is fit for; a service asks for exactly one kind.")
    is_active = fields.BooleanField(
        required=False, default=True, help_text="False: it is out of use, and no visit can be booked into it."
    )


RoomChangesRequest = changes_of(RoomRequest)


class Room(RoomRequest, VersionedSerializer):
    """A room of a clinic, and what kind of visit it is for."""

    id = fields.UUIDField(help_text="The room; stays the same for good.")
    clinic_id = fields.UUIDField(help_text="The clinic that the room is in.")

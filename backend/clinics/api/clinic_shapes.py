"""Clinics in questions and answers."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.clinics.api.terms import Terms
from backend.clinics.enums import Discipline, Province
from backend.clinics.queries.clinics import ClinicExpansion
from backend.clinics.queries.references import CODE_OR_ID
from backend.common.http import fields
from backend.common.http.phones import PhoneField
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of

_DECIMALS, _ZEROS = "([.][0-9]{1,9})?", "([.]0{1,9})?"
_LATITUDE = f"-?([0-8]?[0-9]{_DECIMALS}|90{_ZEROS})"
_LONGITUDE = f"-?((1[0-7][0-9]|[0-9]{{1,2}}){_DECIMALS}|180{_ZEROS})"


class PointField(fields.CharField):
    """A place on earth as `latitude,longitude` in degrees."""

    pattern = f"^{_LATITUDE},{_LONGITUDE}$"
    default_error_messages = {"not_a_place": _("This must be latitude,longitude in degrees, as in 49.28,-122.79.")}

    def to_internal_value(self, data: Any) -> tuple[float, float]:
        """Raises ValidationError beyond the poles and the date line."""
        text: str = super().to_internal_value(data)
        if not re.fullmatch(self.pattern, text):
            self.fail("not_a_place")
        latitude, longitude = text.split(",")
        return float(latitude), float(longitude)


class ClinicQuery(PageQuery):
    """Which clinics, in which order."""

    near = PointField(
        required=False,
        max_length=40,
        help_text="A place as `latitude,longitude` in degrees: the nearest first, with `distance_km`. No blanks. "
        "Absent: by name.",
    )
    service = fields.CharField(
        required=False,
        max_length=60,
        validators=[CODE_OR_ID],
        help_text="Only clinics that offer this service: its id, or its stable code.",
    )
    q = fields.CharField(
        required=False,
        max_length=100,
        help_text="Only clinics with each of these words in name, street, city or postal code.",
    )
    expand = fields.ExpandField(
        ClinicExpansion, help_text="What to put into each clinic beyond its own facts, by commas."
    )


class OfferedService(Terms):
    """A service that a clinic offers, on the clinic's terms."""

    service_id = fields.UUIDField(source="row.service_id", help_text="The service. All about it is at getService.")
    code = fields.CharField(source="row.service.code", max_length=60, help_text="The stable code of the service.")
    name = fields.TranslatedField(
        source="row.service.name", max_length=120, help_text="What the service is called, in the caller's language."
    )
    discipline = fields.ChoiceField(Discipline, source="row.service.discipline", help_text="The field of practice.")
    duration_minutes = fields.IntegerField(
        source="row.service.duration_minutes", min_value=5, max_value=480, help_text="The length of a visit in minutes."
    )


class ClinicPractitioner(StrictSerializer):
    """Someone who gives visits at a clinic."""

    practitioner_id = fields.UUIDField(source="id", help_text="The practitioner. The profile is at getPractitioner.")
    name = fields.CharField(source="*", max_length=201, help_text="Given and family name, as patients know them.")
    title = fields.TranslatedField(max_length=100, help_text="The professional title, in the caller's language.")
    languages = fields.ListField(
        child=fields.CharField(max_length=8), help_text="Languages they speak with patients, as BCP 47 tags."
    )
    disciplines = fields.ListField(child=fields.ChoiceField(Discipline), help_text="Their fields of practice.")


class Clinic(VersionedSerializer):
    """A clinic: where it is, what its clock says, how to reach it."""

    id = fields.UUIDField(source="row.id", help_text="The clinic; stays the same for good.")
    slug = fields.CharField(source="row.slug", max_length=60, help_text="A readable name for addresses of pages.")
    name = fields.CharField(source="row.name", max_length=120, help_text="The name on the door of the clinic.")
    street = fields.CharField(source="row.street", max_length=200, help_text="Street and number, and the unit if any.")
    city = fields.CharField(source="row.city", max_length=100, help_text="The city that the clinic is in.")
    province = fields.ChoiceField(Province, source="row.province", help_text="The province or territory it is in.")
    postal_code = fields.CharField(source="row.postal_code", max_length=10, help_text="The postal code of the clinic.")
    latitude = fields.FloatField(
        source="row.latitude", min_value=-90, max_value=90, help_text="Degrees north of the equator."
    )
    longitude = fields.FloatField(
        source="row.longitude", min_value=-180, max_value=180, help_text="Degrees east of Greenwich."
    )
    timezone = fields.CharField(source="row.timezone", max_length=40, help_text="The IANA time zone of its clock.")
    utc_offset = fields.OffsetField(help_text="The offset of its clock from UTC at this moment, `±hh:mm`.")
    currency = fields.CharField(
        source="row.organisation.currency", max_length=3, help_text="The currency of its prices, ISO 4217."
    )
    phone = PhoneField(source="row.phone", help_text="The number of the front desk, as E.164.")
    email = fields.EmailField(source="row.email", help_text="The address of the front desk.")
    is_online_booking_on = fields.BooleanField(
        source="row.is_online_booking_on", help_text="False: only the desk books visits at this clinic."
    )
    distance_km = fields.FloatField(
        allow_null=True, min_value=0, help_text="As the crow flies from `near`, to a tenth; null without `near`."
    )
    services = list_of(
        OfferedService, source="offers", max_length=1000, help_text="What it offers, by code; empty unless expanded."
    )
    practitioners = list_of(
        ClinicPractitioner, max_length=1000, help_text="Who gives visits there, by name; empty unless expanded."
    )

"""Practitioners in questions and answers."""

from typing import Any

from django.core.validators import RegexValidator

from backend.clinics.enums import CredentialKind, Discipline
from backend.clinics.queries.references import CODE_OR_ID
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of
from backend.common.http.wall_times import WallTimeField

LANGUAGE_TAG = RegexValidator(r"^[a-z]{2,3}(-[a-z0-9]{2,4})?$")


class PractitionerQuery(PageQuery):
    """Which practitioners."""

    clinic = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        help_text="Only who gives visits at one of these clinics; none means any.",
    )
    service = fields.CharField(
        required=False,
        max_length=60,
        validators=[CODE_OR_ID],
        help_text="Only who gives this service (there): its id, or its stable code.",
    )
    language = fields.CharField(
        required=False,
        max_length=8,
        validators=[LANGUAGE_TAG],
        help_text="Only who speaks this language with patients, by its tag: `fr`.",
    )


class PhotoUrlField(fields.CharField):
    """The path of the photo, made of the practitioner's id; null without a photo. Only in answers."""

    def get_attribute(self, instance: Any) -> str | None:
        """`source` leads to the practitioner."""
        practitioner: Any = super().get_attribute(instance)
        return f"/v1/practitioners/{practitioner.pk}/photo" if practitioner.photo else None


class Workplace(StrictSerializer):
    """A clinic where a practitioner gives visits."""

    clinic_id = fields.UUIDField(source="clinic.id", help_text="The clinic. Its whole description is at getClinic.")
    clinic_name = fields.CharField(source="clinic.name", max_length=120, help_text="The name on the clinic's door.")
    service_ids = fields.ListField(
        child=fields.UUIDField(), max_length=1000, help_text="The services that the practitioner gives there."
    )


class Practitioner(VersionedSerializer):
    """Someone who gives visits, in a few words."""

    id = fields.UUIDField(source="row.id", help_text="The practitioner; stays the same for good.")
    name = fields.CharField(source="row", max_length=201, help_text="Given and family name, as patients know them.")
    given_name = fields.CharField(
        source="row.given_name", max_length=100, help_text="The given name, as patients know it."
    )
    family_name = fields.CharField(
        source="row.family_name", max_length=100, help_text="The family name, which lists are sorted by."
    )
    title = fields.TranslatedField(
        source="row.title", max_length=100, help_text="The professional title, in the caller's language."
    )
    languages = fields.ListField(
        source="row.languages",
        child=fields.CharField(max_length=8),
        help_text="Languages they speak with patients, as BCP 47 tags.",
    )
    disciplines = fields.ListField(
        source="row.disciplines", child=fields.ChoiceField(Discipline), help_text="Their fields of practice."
    )
    photo_url = PhotoUrlField(
        source="row",
        allow_null=True,
        max_length=100,
        help_text="Where their photo is, a JPEG of at most 800 by 800 pixels, below this API's address; null: nowhere.",
    )
    clinics = list_of(Workplace, max_length=1000, help_text="Where they give visits, by the clinic's name.")


class WeeklyHours(StrictSerializer):
    """Hours of one weekday at a clinic, on its wall clock. A break in the day makes two of them."""

    weekday = fields.IntegerField(min_value=1, max_value=7, help_text="Day of the week by ISO 8601: 1 is Monday.")
    from_time = WallTimeField(source="from_minute", help_text="Begins at this wall time, `hh:mm`.")
    until_time = WallTimeField(source="until_minute", help_text="Ends at this wall time; `24:00` is midnight.")
    valid_from = fields.DateField(help_text="First local date on which these hours hold.")
    valid_until = fields.DateField(allow_null=True, help_text="Last local date on which they hold; null: no end known.")


class WorkplaceWithHours(Workplace):
    """A clinic where a practitioner gives visits, and when. Free starts are at listSlots."""

    timezone = fields.CharField(source="clinic.timezone", max_length=40, help_text="The clinic's IANA time zone.")
    weekly_hours = list_of(
        WeeklyHours, max_length=1000, help_text="Weekly hours that hold now or will, by weekday and time."
    )


class ValidCredential(StrictSerializer):
    """A proof that was verified and is valid today. Numbers and documents are not public."""

    kind = fields.ChoiceField(CredentialKind, help_text="What is proved; a service names the kinds it requires.")
    issuer = fields.CharField(max_length=200, help_text="Who gave the proof: a regulator or a school.")
    jurisdiction = fields.CharField(
        max_length=2, help_text="Where it counts: a province by its two letters, or `CA` for all of Canada."
    )
    valid_until = fields.DateField(allow_null=True, help_text="Last date on which it counts; null: without end.")


class PractitionerDetail(Practitioner):
    """The public profile of a practitioner."""

    bio = fields.TranslatedField(
        source="row.bio", max_length=2000, allow_blank=True, help_text="About them, in the caller's language."
    )
    clinics = list_of(WorkplaceWithHours, max_length=1000, help_text="Where and when they give visits, by clinic name.")
    credentials = list_of(ValidCredential, max_length=1000, help_text="Their proofs that are valid today, by kind.")

"""A practitioner's file, as those who manage it write and read it."""

from backend.clinics.enums import Discipline
from backend.common.http import fields
from backend.common.http.changes import changes_of
from backend.common.http.serializers import StrictSerializer, VersionedSerializer
from backend.practitioners.api.shapes import LANGUAGE_TAG


class PractitionerRequest(StrictSerializer):
    """Somebody who gives visits."""

    given_name = fields.CharField(max_length=100, help_text="The given name, as patients are to know it.")
    family_name = fields.CharField(max_length=100, help_text="The family name, which lists are sorted by.")
    title = fields.CharField(max_length=100, help_text="The professional title in English: Physiotherapist.")
    title_fr = fields.CharField(max_length=100, help_text="The professional title in French: Physiothérapeute.")
    bio = fields.CharField(
        required=False, default="", allow_blank=True, max_length=2000, help_text="About them, in English, for patients."
    )
    bio_fr = fields.CharField(
        required=False, default="", allow_blank=True, max_length=2000, help_text="About them, in French, for patients."
    )
    languages = fields.ListField(
        child=fields.CharField(max_length=8, validators=[LANGUAGE_TAG]),
        min_length=1,
        max_length=20,
        help_text="Languages they speak with patients, as BCP 47 tags, the best first: `en`, `fr`.",
    )
    disciplines = fields.ListField(
        child=fields.ChoiceField(Discipline), min_length=1, max_length=10, help_text="Their fields of practice."
    )
    is_active = fields.BooleanField(
        required=False,
        default=True,
        help_text="False: withdrawn. The public no longer sees them, and nobody can book with them.",
    )
    clinic_ids = fields.ListField(
        child=fields.UUIDField(),
        min_length=1,
        max_length=50,
        help_text="The clinics where they work. Who manages one of them manages their file.",
    )
    email = fields.EmailField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The verified address of the account they sign in with; null: they never sign in.",
    )


class PractitionerChangesRequest(changes_of(PractitionerRequest, without=("clinic_ids", "email"))):  # type: ignore[misc]
    """What to change; what is absent stays."""

    email = fields.EmailField(
        required=False, help_text="The verified address of the account to sign in with, for one who has none yet."
    )


class PractitionerFile(PractitionerRequest, VersionedSerializer):
    """A practitioner as those see it who run their clinics; the public profile is at getPractitioner."""

    id = fields.UUIDField(help_text="The practitioner; stays the same for good.")


class OfferingRequest(StrictSerializer):
    """A service that a practitioner gives at a clinic."""

    clinic_id = fields.UUIDField(help_text="A clinic where they work, and which offers the service.")
    service_id = fields.UUIDField(help_text="The service. Whether they may give it is asked of each visit.")


class Offering(OfferingRequest, VersionedSerializer):
    """That a practitioner gives a service at a clinic."""

    id = fields.UUIDField(help_text="This offering; it ends when it is deleted.")
    practitioner_id = fields.UUIDField(help_text="The practitioner who gives the service.")

"""Bodies of registering and of one's own profile."""

from typing import Any

from backend.accounts.enums import Language
from backend.clinics.enums import Role
from backend.common.http import fields
from backend.common.http.phones import PhoneField
from backend.common.http.serializers import StrictSerializer, VersionedSerializer
from backend.common.permissions import Permission
from backend.patients.enums import GuardianScope


def birth_date_field(**options: Any) -> fields.DateField:
    """The date of birth: not before 1900, and not to come."""
    return fields.DateField(
        help_text="The date of birth, from 1900 to today; the desk finds the person by it.", **options
    )


def scopes_field(**options: Any) -> fields.ListField:
    """What a guardian may do for a patient: at least one thing."""
    scope = fields.ChoiceField(
        GuardianScope,
        help_text="`book` visits and agree to texts; `read` visits and consents; answer and read the `screening`; get "
        "the `messages` for the patient.",
    )
    return fields.ListField(child=scope, min_length=1, max_length=len(GuardianScope), **options)


class RegisterRequest(StrictSerializer):
    """A new patient's account."""

    email = fields.EmailField(help_text="The address to sign in with and to be written to. A mail verifies it.")
    password = fields.CharField(
        min_length=10,
        max_length=200,
        trim_whitespace=False,
        help_text="At least 10 characters, not a common password, not like the name or the address.",
    )
    given_name = fields.CharField(max_length=100, help_text="The given name, as the clinic should call the person.")
    family_name = fields.CharField(max_length=100, help_text="The family name, as on the person's health card.")
    phone = PhoneField(required=False, allow_null=True)
    birth_date = birth_date_field(required=False, allow_null=True)
    language = fields.ChoiceField(
        Language,
        required=False,
        help_text="The language to be written to in. Absent: the language of the request, by Accept-Language.",
    )


class RegistrationAccepted(StrictSerializer):
    """The same answer whether or not the address is known: what to do next is in the mail."""

    expires_in_seconds = fields.IntegerField(
        min_value=1, help_text="Seconds that the link in the mail stays valid, if one was sent."
    )


class ConfirmEmailRequest(StrictSerializer):
    """The secret of the link that was mailed to the new address."""

    token = fields.CharField(max_length=1000, help_text="What follows `#token=` in the link of the mail.")


class UpdateMeRequest(StrictSerializer):
    """What to change of the own profile; what is absent stays, null clears."""

    given_name = fields.CharField(
        required=False, max_length=100, help_text="The given name, as the clinic should call the person."
    )
    family_name = fields.CharField(
        required=False, max_length=100, help_text="The family name, as on the person's health card."
    )
    phone = PhoneField(required=False, allow_null=True)
    language = fields.ChoiceField(Language, required=False, help_text="The language to be written to in.")


class Dependant(StrictSerializer):
    """A person the caller looks after, as far as `scopes` go."""

    patient_id = fields.UUIDField(source="id", help_text="The patient to name when booking for this person.")
    given_name = fields.CharField(max_length=100, help_text="The given name of the person looked after.")
    family_name = fields.CharField(max_length=100, help_text="The family name of the person looked after.")
    scopes = scopes_field(help_text="What the caller may do for this person; offer nothing else.")


class Membership(StrictSerializer):
    """A role that the caller holds at a clinic, or over the whole chain."""

    role = fields.ChoiceField(Role, help_text="What the caller is there; decides which permissions they hold.")
    clinic_id = fields.UUIDField(allow_null=True, help_text="The clinic of this role; null for the whole chain.")
    clinic_name = fields.CharField(
        source="clinic.name",
        default=None,
        allow_null=True,
        max_length=120,
        help_text="The name of that clinic, so that no second call is needed; null for the whole chain.",
    )


class Grant(StrictSerializer):
    """A right, and over what the caller holds it."""

    permission = fields.ChoiceField(Permission, help_text="The right, as `resource:action`; operations name it.")
    is_everywhere = fields.BooleanField(help_text="True when it is held as staff over the whole chain.")
    clinic_ids = fields.ListField(
        child=fields.UUIDField(help_text="The id of a clinic."), help_text="The clinics where it is held as staff."
    )
    is_for_own_calendar = fields.BooleanField(help_text="True when it is held over the visits the caller gives.")
    is_for_own_patients = fields.BooleanField(help_text="True when it is held over the caller and their dependants.")


class MeReply(VersionedSerializer):
    """The person who calls."""

    id = fields.UUIDField(help_text="The account of the caller; stays the same for good.")
    email = fields.EmailField(help_text="The address the caller signs in with, in lower case.")
    is_email_verified = fields.BooleanField(help_text="False until the mailed link was opened; booking needs true.")
    given_name = fields.CharField(max_length=100, help_text="The given name, as the clinic should call the person.")
    family_name = fields.CharField(max_length=100, help_text="The family name, as on the person's health card.")
    language = fields.ChoiceField(Language, help_text="The language in which the caller is written to.")
    phone = PhoneField(allow_null=True)
    patient_id = fields.UUIDField(allow_null=True, help_text="The caller as a patient; null for staff who are none.")
    practitioner_id = fields.UUIDField(
        allow_null=True, help_text="The caller as a practitioner; null for whoever gives no visits."
    )
    dependants = Dependant(many=True, help_text="The people the caller looks after today.")
    memberships = Membership(many=True, help_text="Where the caller works, and as what; empty for patients.")
    permissions = Grant(many=True, help_text="Every right the caller holds, and over what. Offer nothing else.")

"""Bodies of patients: as staff see them, and as those do who act for them."""

from typing import Any

from backend.accounts.enums import Language
from backend.common.http import fields
from backend.common.http.phones import PhoneField
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of
from backend.patients.api.serializers import birth_date_field, scopes_field
from backend.patients.enums import Match, Relationship, Tie
from backend.patients.queries.duplicates import MOST

CONTACT_EMAIL = "Where to write to the person; for one with an account the address they sign in with."


def given_name_field(**options: Any) -> fields.CharField:
    """The given name, at most 100 characters."""
    return fields.CharField(
        max_length=100, help_text="The given name, as the clinic should call the person.", **options
    )


def family_name_field(**options: Any) -> fields.CharField:
    """The family name, at most 100 characters."""
    return fields.CharField(max_length=100, help_text="The family name, as on the person's health card.", **options)


def language_field(**options: Any) -> fields.ChoiceField:
    """The language to write in."""
    return fields.ChoiceField(Language, help_text="The language in which the person is written to.", **options)


class Patient(VersionedSerializer):
    """A person under care, and how to reach them."""

    id = fields.UUIDField(help_text="The patient; stays the same for good.")
    given_name = given_name_field()
    family_name = family_name_field()
    birth_date = birth_date_field(allow_null=True)
    email = fields.EmailField(allow_null=True, help_text=CONTACT_EMAIL)
    phone = PhoneField(allow_null=True)
    language = language_field()
    has_account = fields.BooleanField(help_text="True for who signs in; their e-mail address is theirs to change.")
    merged_into_id = fields.UUIDField(
        allow_null=True,
        help_text="The patient whose record took this one in: go on there. Null for everyone but a merged duplicate.",
    )


class MyPatient(Patient):
    """The caller, or somebody they look after as far as `scopes` go."""

    tie = fields.ChoiceField(Tie, help_text="What the caller is to this person: `self`, a parent, a guardian, ...")
    scopes = scopes_field(help_text="What the caller may do for this person; for oneself everything.")


class PatientQuery(PageQuery):
    """Filters of the list of patients."""

    q = fields.CharField(
        required=False,
        max_length=100,
        help_text="The begin of the given or family name, or of both; case, accents and hyphens do not matter.",
    )
    clinic = fields.ListField(
        child=fields.UUIDField(help_text="The id of a clinic."),
        required=False,
        default=list,
        help_text="Only patients known at any of these clinics of the caller; repeat it.",
    )


class CreatePatientRequest(StrictSerializer):
    """A new patient, at the desk."""

    clinic_id = fields.UUIDField(help_text="The clinic that takes the patient on; its staff will see them.")
    given_name = given_name_field()
    family_name = family_name_field()
    birth_date = birth_date_field(required=False, allow_null=True)
    email = fields.EmailField(required=False, allow_null=True, help_text="Where to write to the person.")
    phone = PhoneField(required=False, allow_null=True)
    language = language_field(required=False)


class UpdatePatientRequest(StrictSerializer):
    """What to change of a patient; what is absent stays, null clears."""

    given_name = given_name_field(required=False)
    family_name = family_name_field(required=False)
    birth_date = birth_date_field(required=False, allow_null=True)
    email = fields.EmailField(required=False, allow_null=True, help_text=CONTACT_EMAIL)
    phone = PhoneField(required=False, allow_null=True)
    language = language_field(required=False)


class ClaimPatientRequest(StrictSerializer):
    """What only the person and the desk know."""

    birth_date = birth_date_field()


class CreateDependantRequest(StrictSerializer):
    """Somebody whom the caller looks after."""

    relationship = fields.ChoiceField(Relationship, help_text="What the caller is to this person.")
    given_name = given_name_field()
    family_name = family_name_field()
    birth_date = birth_date_field()
    email = fields.EmailField(
        required=False, allow_null=True, help_text="The person's own address; without one the caller is written to."
    )
    phone = PhoneField(required=False, allow_null=True)
    language = language_field(required=False)


class LookUpPatientRequest(StrictSerializer):
    """What a person at the desk says of themselves: the birth date, and the e-mail address or phone number we have."""

    clinic_id = fields.UUIDField(help_text="The clinic where the person is; its staff will see them from now on.")
    birth_date = birth_date_field()
    email = fields.EmailField(required=False, help_text="The exact e-mail address, in any letter case.")
    phone = PhoneField(required=False)
    given_name = fields.CharField(
        required=False, max_length=100, help_text="Tells apart who shares all of that, such as twins."
    )


class PossibleDuplicate(StrictSerializer):
    """A patient whom the caller may see, and who may be the same person."""

    patient_id = fields.UUIDField(source="patient.id", help_text="The other patient; read them at getPatient.")
    given_name = fields.CharField(source="patient.given_name", max_length=100, help_text="Their given name as entered.")
    family_name = fields.CharField(
        source="patient.family_name", max_length=100, help_text="Their family name as entered."
    )
    matches = fields.ListField(
        child=fields.ChoiceField(Match, name="DuplicateMatch"), help_text="In what the two are the same."
    )


class CreatedPatient(Patient):
    """The new patient, and who may be the same person. Nobody is merged."""

    possible_duplicates = list_of(
        PossibleDuplicate,
        max_length=MOST,
        help_text="Patients of the caller's clinics with the same e-mail, phone, or name and birth date.",
    )
    duplicates_elsewhere = fields.IntegerField(
        min_value=0,
        max_value=MOST,
        help_text="How many such patients only other clinics know. Ask the person, then use lookUpPatient.",
    )

"""The columns of patients.csv."""

from datetime import date

from backend.accounts.models import normal_email
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.imports.cells import CellError, Reader, a_date, of_field, one_among, parts_of
from backend.common.imports.sheet import Column
from backend.patients.models import Patient

PERSON = ("given_name", "family_name", "birth_date", "email", "phone", "language")


def patient_columns() -> list[Column]:
    """As they are to be read today, with the clinics that there are."""
    email = of_field(Patient, "email", "an e-mail address")
    clinics = {clinic.slug: clinic for clinic in Clinic.objects.filter(is_active=True)}
    return [
        Column("external_ref", of_field(Patient, "external_ref"), is_required=True, is_unique=True),
        Column("given_name", of_field(Patient, "given_name"), is_required=True),
        Column("family_name", of_field(Patient, "family_name"), is_required=True),
        Column("birth_date", _birth_date(clock.now().date())),
        Column("email", lambda text: normal_email(email(text))),
        Column("phone", of_field(Patient, "phone", "a phone number that can be called")),
        Column("language", one_among({"en": "en", "fr": "fr"}, "en or fr"), empty="en"),
        Column("clinics", parts_of(one_among(clinics, "the slug of an open clinic")), is_required=True),
    ]


def _birth_date(today: date) -> Reader:
    def read(text: str) -> date:
        day = a_date(text)
        if day > today:
            raise CellError("has yet to come")
        return day

    return read

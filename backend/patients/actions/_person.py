"""A person's data lives in the account and in the patient; every entry and change goes through here."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, NotRequired, TypedDict

from django.db.models import F
from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.enums import Language
from backend.accounts.models import User, normal_email
from backend.common import clock
from backend.events.actions import publish
from backend.patients.event_types import PatientChanged
from backend.patients.models import Patient
from backend.patients.rules import refuse_future_birth

# The e-mail address of an account is what one signs in with, so it is not among them.
IN_ACCOUNT = {"given_name", "family_name", "language", "phone"}


class PersonFacts(TypedDict):
    """What is known of a new patient."""

    given_name: str
    family_name: str
    birth_date: NotRequired[date | None]
    email: NotRequired[str | None]
    phone: NotRequired[PhoneNumber | None]
    language: NotRequired[Language]


def enter_person(facts: PersonFacts) -> Patient:
    """Write a new patient without an account. Raises ValidationFailed for a birth date that has yet to come."""
    refuse_future_birth(facts.get("birth_date"))
    email = facts.get("email")
    patient: Patient = Patient.objects.create(**{**facts, "email": normal_email(email) if email else None})
    return patient


def write_person(*, user_id: uuid.UUID | None, patient_id: uuid.UUID | None, changes: Mapping[str, Any]) -> None:
    """Write changed fields to the patient and, as far as it has them, to the account: both say the same.

    Inside the transaction of the change. To keep two changes from waiting for each other, lock the account first and
    the patient second.
    """
    step = {"version": F("version") + 1, "updated_at": clock.now()}
    to_account = {name: value for name, value in changes.items() if name in IN_ACCOUNT}
    if user_id and to_account:
        User.objects.filter(pk=user_id).update(**to_account, **step)
    if patient_id:
        Patient.objects.filter(pk=patient_id).update(**changes, **step)
        publish(PatientChanged(subject_id=patient_id))


def plain(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Fields of a person as the audit log keeps them."""
    return {name: None if value is None else str(value) for name, value in values.items()}

"""Registering: an account and the patient it belongs to."""

from datetime import date
from typing import Any

from django.db import transaction
from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.actions.open_account import open_account
from backend.accounts.enums import Language
from backend.audit.actions import record
from backend.events.actions import publish
from backend.patients.event_types import PatientCreated
from backend.patients.models import Patient
from backend.patients.rules import refuse_future_birth


def register(
    *,
    email: str,
    password: str,
    given_name: str,
    family_name: str,
    language: Language,
    phone: PhoneNumber | None = None,
    birth_date: date | None = None,
) -> None:
    """Open an account for a new patient, or tell the holder of a known address by mail (D1, R24).

    Says nothing either way, so nobody learns who is a patient here; and does the same either way: for a known address
    the patient is written, too, and taken back. Raises ValidationFailed.
    """
    refuse_future_birth(birth_date)
    names = {"given_name": given_name, "family_name": family_name}
    person: dict[str, Any] = {**names, "language": language, "phone": phone}
    with transaction.atomic():
        user, is_new = open_account(email=email, password=password, **person)
        place = transaction.savepoint()
        _enter(Patient(user=user, email=user.email, birth_date=birth_date, **person))
        (transaction.savepoint_commit if is_new else transaction.savepoint_rollback)(place)


def _enter(patient: Patient) -> None:
    patient.save(force_insert=True)
    publish(PatientCreated(subject_id=patient.pk))
    record(None, "patient.registered", subject_type="patient", subject_id=patient.id, patient_id=patient.id)

"""Changing what is known of a patient: names, birth date, language, how to reach them."""

import uuid
from datetime import date
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext_noop
from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.enums import Language
from backend.accounts.models import User, normal_email
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.patients.actions._person import plain, write_person
from backend.patients.models import Patient
from backend.patients.queries.visible import get_patient_to, require_not_merged
from backend.patients.rules import refuse_future_birth

_SIGNS_IN_WITH_IT = gettext_noop("This person signs in with their e-mail address, so only they can change it.")


class PatientChanges(TypedDict, total=False):
    """What to change; what is absent stays, None clears (RFC 7396)."""

    given_name: str
    family_name: str
    birth_date: date | None
    email: str | None
    phone: PhoneNumber | None
    language: Language


def update_patient(
    actor: Actor, *, patient_id: uuid.UUID, changes: PatientChanges, expected_version: int | None
) -> None:
    """Change a patient, and with it the account that the patient may have: both say the same.

    Raises NotFound, PermissionDenied, PatientMerged, ValidationFailed, and EtagMismatch when the patient is not at
    `expected_version`; None means at any.
    """
    refuse_future_birth(changes.get("birth_date"))
    if email := changes.get("email"):
        changes = {**changes, "email": normal_email(email)}
    with transaction.atomic():
        patient = _lock(get_patient_to(actor, patient_id, Permission.PATIENT_MANAGE))
        require_not_merged(patient)
        if expected_version not in (None, patient.version):
            raise EtagMismatch
        before = {name: getattr(patient, name) for name, value in changes.items() if getattr(patient, name) != value}
        if not before:
            return
        if "email" in before and patient.has_account:
            raise ValidationFailed(errors=(FieldError("/email", FieldCode.INVALID, _SIGNS_IN_WITH_IT),))
        after = {name: value for name, value in changes.items() if name in before}
        write_person(user_id=patient.user_id, patient_id=patient.pk, changes=after)
        record(
            actor,
            "patient.changed",
            subject_type="patient",
            subject_id=patient.pk,
            patient_id=patient.pk,
            before=plain(before),
            after=plain(after),
        )


def _lock(seen: Patient) -> Patient:
    if seen.user_id:
        User.objects.select_for_update(no_key=True).get(pk=seen.user_id)
    locked: Patient = Patient.objects.select_for_update(no_key=True).get(pk=seen.pk)
    return locked

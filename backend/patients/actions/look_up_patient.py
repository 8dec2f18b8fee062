"""Finding a patient of another clinic who stands at the desk (R23)."""

import uuid
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop
from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.models import normal_email
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, NotFound, ValidationFailed
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.actions.link_to_clinic import link_to_clinic
from backend.patients.enums import LinkOrigin
from backend.patients.event_types import PatientLinked
from backend.patients.models import Patient
from backend.patients.queries.clinics import require_open_clinic

_NEEDS_A_WAY = gettext_noop("Give the e-mail address or the phone number.")
_SEVERAL = gettext_noop("Several people match: give the given name too.")


def look_up_patient(
    actor: Actor,
    *,
    clinic_id: uuid.UUID,
    birth_date: date,
    email: str | None = None,
    phone: PhoneNumber | None = None,
    given_name: str | None = None,
) -> Patient:
    """Find a patient of the chain by exact e-mail or phone and birth date, and make them known at the clinic.

    Whoever calls this counts attempts against a budget. `given_name` tells apart who shares all of it, such as
    twins. Raises PermissionDenied, ValidationFailed, NotFound.
    """
    actor.require(Permission.PATIENT_MANAGE, clinic_id=clinic_id)
    require_open_clinic(clinic_id)
    patient = _find(birth_date, normal_email(email) if email else None, phone, given_name)
    with transaction.atomic():
        is_new = not patient.clinic_links.filter(clinic_id=clinic_id).exists()
        if is_new:
            link_to_clinic(patient_id=patient.pk, clinic_id=clinic_id, origin=LinkOrigin.DESK)
            publish(PatientLinked(subject_id=patient.pk, clinic_id=clinic_id))
        record(
            actor,
            "patient.looked_up",
            subject_type="patient",
            subject_id=patient.pk,
            patient_id=patient.pk,
            clinic_id=clinic_id,
            after={"is_newly_known": is_new},
        )
    return patient


def _find(birth_date: date, email: str | None, phone: PhoneNumber | None, given_name: str | None) -> Patient:
    ways = {name: value for name, value in (("email", email), ("phone", phone)) if value}
    if not ways:
        raise ValidationFailed(errors=(FieldError("/email", FieldCode.REQUIRED, _NEEDS_A_WAY),))
    same = Patient.objects.findable().filter(birth_date=birth_date, **ways)
    if given_name:
        same = same.with_given_name(given_name)
    # Of two records of one person, the one that they keep themselves, or else the older one.
    found: list[Patient] = list(same.order_by(F("user_id").asc(nulls_last=True), "id")[:10])
    if not found:
        raise NotFound
    if len({patient.given_name.casefold() for patient in found}) > 1:
        raise ValidationFailed(errors=(FieldError("/given_name", FieldCode.REQUIRED, _SEVERAL),))
    return found[0]

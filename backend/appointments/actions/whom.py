"""For whom a time is taken, and whether the caller may take it."""

import uuid
from collections.abc import Sequence

from backend.appointments.errors import EmailNotVerified
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission
from backend.patients.queries.visible import get_patient_for, require_not_merged


def whom(actor: Actor, *, patient_id: uuid.UUID | None, clinic_id: uuid.UUID) -> uuid.UUID | None:
    """The patient that a time at the clinic is for; None: staff take it for somebody yet to be named.

    With none named: the caller, unless they take bookings at the clinic. Raises NotFound for a patient the caller
    may not see, PatientMerged for a duplicate, and PermissionDenied for one they see but may not book for at this
    clinic, or when none is named and the caller has neither a patient record nor the right at the clinic.
    """
    is_staff = actor.may(Permission.APPOINTMENT_BOOK, clinic_id=clinic_id)
    if patient_id is None:
        if is_staff:
            return None
        if actor.own_patient_id is None:
            raise PermissionDenied
        return actor.own_patient_id
    if patient_id in actor.own_patients(Permission.APPOINTMENT_BOOK):
        return patient_id
    patient = get_patient_for(actor, patient_id)
    if not is_staff:
        raise PermissionDenied
    require_not_merged(patient)
    return patient.pk


def require_verified_email(actor: Actor, *, clinic_id: uuid.UUID) -> None:
    """Raise EmailNotVerified for a patient who has yet to confirm the address; staff are vouched for (R22)."""
    if not actor.is_email_verified and not actor.may(Permission.APPOINTMENT_BOOK, clinic_id=clinic_id):
        raise EmailNotVerified


def named(patient_id: uuid.UUID | None) -> uuid.UUID:
    """The patient of a visit. Raises ValidationFailed when staff named none."""
    if patient_id is None:
        error = FieldError("/patient_id", FieldCode.REQUIRED, "Say for which patient the visit is.")
        raise ValidationFailed(errors=(error,))
    return patient_id


def whom_at_all(actor: Actor, *, patient_id: uuid.UUID | None, clinic_ids: Sequence[uuid.UUID]) -> uuid.UUID:
    """The patient that visits at all these clinics are for. Raises as `whom` and `named`."""
    patient_id = named(whom(actor, patient_id=patient_id, clinic_id=clinic_ids[0]))
    if patient_id not in actor.own_patients(Permission.APPOINTMENT_BOOK):
        for clinic_id in clinic_ids:
            actor.require(Permission.APPOINTMENT_BOOK, clinic_id=clinic_id)
    return patient_id

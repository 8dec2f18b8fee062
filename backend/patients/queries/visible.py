"""Patients as a caller may see them."""

import uuid
from collections.abc import Collection

from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged
from backend.patients.models import Patient
from backend.patients.querysets import PatientQuerySet


def get_patient_for(actor: Actor, patient_id: uuid.UUID, permission: Permission = Permission.PATIENT_READ) -> Patient:
    """The patient, if the caller holds the right over them. Raises NotFound otherwise: another's row is as if
    absent."""
    patient: Patient | None = Patient.objects.visible_to(actor, permission).filter(pk=patient_id).first()
    if patient is None:
        raise NotFound
    return patient


def get_patient_to(actor: Actor, patient_id: uuid.UUID, permission: Permission) -> Patient:
    """The patient, if the caller holds the right over them. Raises PermissionDenied if the caller sees who they are but
    no more, such as a guardian whose scopes do not reach so far, and NotFound otherwise."""
    patient: Patient | None = Patient.objects.visible_to(actor, permission).filter(pk=patient_id).first()
    if patient is None:
        get_patient_for(actor, patient_id)
        raise PermissionDenied
    return patient


def require_not_merged(patient: Patient) -> None:
    """Raise PatientMerged for a record that another one took in: it is read, nothing is entered there any more."""
    if patient.merged_into_id is not None:
        raise PatientMerged(members={"merged_into_id": patient.merged_into_id})


def find_patients(actor: Actor, *, q: str | None = None, clinic_ids: Collection[uuid.UUID] = ()) -> PatientQuerySet:
    """The patients whom the caller may see, by the begin of a name and by clinic; no merged duplicates.

    A clinic where the caller may see nobody has none, even if it shares a patient with one of theirs.
    """
    found: PatientQuerySet = Patient.objects.visible_to(actor).findable()
    if clinic_ids:
        found = found.known_at([one for one in clinic_ids if actor.may(Permission.PATIENT_READ, clinic_id=one)])
    return found.named_like(q) if q else found

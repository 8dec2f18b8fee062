"""The caller as a patient, and those they look after."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, OuterRef, Subquery, Value, When

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.patients.enums import GuardianScope, Tie
from backend.patients.models import Guardianship, Patient
from backend.patients.querysets import PatientQuerySet


def my_patients(actor: Actor) -> PatientQuerySet:
    """Themselves and their dependants of today, each with `tie`: what the caller is to them, and `scopes`: what the
    caller may do for them."""
    own = Guardianship.objects.live().filter(guardian_id=actor.user_id, patient=OuterRef("pk"))
    tie = Case(
        When(user_id=actor.user_id, then=Value(Tie.SELF.value)),
        default=Subquery(own.values("relationship")[:1]),
        output_field=CharField(),
    )
    scopes = Case(
        When(user_id=actor.user_id, then=Value(GuardianScope.values)),
        default=Subquery(own.values("scopes")[:1]),
        output_field=ArrayField(CharField()),
    )
    found: PatientQuerySet = (
        Patient.objects.unmerged().filter(pk__in=actor.patient_ids).annotate(tie=tie, scopes=scopes)
    )
    return found


def get_my_patient(actor: Actor, patient_id: uuid.UUID) -> Patient:
    """One of them. Raises NotFound, for staff too: what they may see as staff is not theirs."""
    patient: Patient | None = my_patients(actor).filter(pk=patient_id).first()
    if patient is None:
        raise NotFound
    return patient

"""The caller as a patient, and those they look after."""

import uuid

from django.db.models import Case, CharField, OuterRef, Subquery, Value, When

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.patients.enums import Tie
from backend.patients.models import Guardianship, Patient
from backend.patients.querysets import PatientQuerySet


def my_patients(actor: Actor) -> PatientQuerySet:
    """Themselves and their dependants of today, each with `tie`: what the caller is to them."""
    own = Guardianship.objects.filter(guardian_id=actor.user_id, patient=OuterRef("pk")).order_by("-starts_on")
    tie = Case(
        When(user_id=actor.user_id, then=Value(Tie.SELF.value)),
        default=Subquery(own.values("relationship")[:1]),
        output_field=CharField(),
    )
    found: PatientQuerySet = Patient.objects.filter(pk__in=actor.patient_ids).annotate(tie=tie)
    return found


def get_my_patient(actor: Actor, patient_id: uuid.UUID) -> Patient:
    """One of them. Raises NotFound, for staff too: what they may see as staff is not theirs."""
    patient: Patient | None = my_patients(actor).filter(pk=patient_id).first()
    if patient is None:
        raise NotFound
    return patient

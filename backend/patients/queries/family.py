"""Who looks after whom, as a caller may see it."""

import uuid

from django.db.models import BooleanField, Case, Q, Value, When

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.patients.family_querysets import GuardianshipQuerySet
from backend.patients.models import Guardianship, Patient
from backend.patients.queries.visible import get_patient_for


def guardians_of(actor: Actor, patient_id: uuid.UUID) -> GuardianshipQuerySet:
    """Everyone who looks after a patient whom the caller may see, or did. Raises NotFound."""
    get_patient_for(actor, patient_id)
    return _seen(actor).filter(patient_id=patient_id)


def get_guardianship_for(actor: Actor, guardianship_id: uuid.UUID) -> Guardianship:
    """One of a patient whom the caller may see, or the caller's own once it is over. Raises NotFound."""
    row: Guardianship | None = _seen(actor).filter(pk=guardianship_id).first()
    if row is None:
        raise NotFound
    return row


def manages_as_staff(actor: Actor, patient_id: uuid.UUID) -> bool:
    """Whether the caller may change the patient by a role, not as one of the family."""
    if patient_id in actor.own_patients(Permission.PATIENT_MANAGE):
        return False
    return Patient.objects.visible_to(actor, Permission.PATIENT_MANAGE).filter(pk=patient_id).exists()


def _seen(actor: Actor) -> GuardianshipQuerySet:
    rows: GuardianshipQuerySet = Guardianship.objects.all()
    own = Q(guardian_id=actor.user_id)
    reach = Q(patient__in=Patient.objects.visible_to(actor, Permission.PATIENT_READ))
    live = Q(pk__in=Guardianship.objects.live().values("pk"))
    told = rows.filter(reach | own).with_last_day().select_related("guardian", "patient")
    found: GuardianshipQuerySet = told.annotate(
        is_live=Case(When(live, then=Value(True)), default=Value(False), output_field=BooleanField()),
        is_mine=Case(When(own, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    return found

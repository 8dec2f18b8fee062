"""Taking over the record that a desk made of oneself before one had an account."""

import uuid
from datetime import date

from django.apps import apps
from django.db import transaction
from django.db.models import F

from backend.accounts.models import User
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.events.actions import publish
from backend.patients.actions._person import IN_ACCOUNT
from backend.patients.errors import OwnRecordInUse
from backend.patients.event_types import PatientClaimed
from backend.patients.models import Patient


def claim_patient(actor: Actor, *, birth_date: date) -> Patient:
    """Give the caller's account the record with their verified address and this birth date; it takes the place of the
    one that registering made, which must be of no use yet.

    Whoever calls this counts attempts against a budget. Raises NotFound, the same for a wrong date, an unknown address,
    several records and an unverified address; OwnRecordInUse once the right record is known.
    """
    with transaction.atomic():
        # The account first and patients second, as everybody who changes both.
        user = User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
        wanted = _find(user, birth_date)
        if wanted is None:
            raise NotFound
        if actor.own_patient_id is not None:
            _drop(actor.own_patient_id)
        own = {name: getattr(user, name) for name in IN_ACCOUNT if getattr(user, name) is not None}
        step = {"version": F("version") + 1, "updated_at": clock.now()}
        Patient.objects.filter(pk=wanted.pk).update(user=user, **own, **step)
        publish(PatientClaimed(subject_id=wanted.pk))
        record(
            actor,
            "patient.claimed",
            subject_type="patient",
            subject_id=wanted.pk,
            patient_id=wanted.pk,
            before={"patient_id": actor.own_patient_id},
            after={"user_id": user.pk},
        )
    claimed: Patient = Patient.objects.get(pk=wanted.pk)
    return claimed


def _find(user: User, birth_date: date) -> Patient | None:
    if user.email_verified_at is None:
        return None
    same = Patient.objects.unmerged().filter(user=None, email=user.email, birth_date=birth_date)
    found: list[Patient] = list(same.select_for_update(no_key=True, of=("self",)).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _drop(patient_id: uuid.UUID) -> None:
    """Remove a record of which nothing but the audit log speaks, in whichever app. Raises OwnRecordInUse."""
    own = Patient.objects.select_for_update().get(pk=patient_id)
    columns = [
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if model._meta.app_label != "audit" and (field.related_model is Patient or field.attname == "patient_id")
    ]
    if any(model._base_manager.filter(**{name: own.pk}).exists() for model, name in columns):
        raise OwnRecordInUse
    own.delete()

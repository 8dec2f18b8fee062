"""Changing how visits are booked and cancelled at a clinic."""

import uuid

from django.db import transaction

from backend.clinics.actions._write import change, lock
from backend.clinics.enums import ColdOrHeat
from backend.clinics.errors import ColdOrHeatChosen
from backend.clinics.facts import PolicyFacts
from backend.clinics.models import Clinic
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor


def change_policy(actor: Actor, *, clinic_id: uuid.UUID, changes: PolicyFacts, expected_version: int | None) -> Clinic:
    """Change the policy for visits booked from now on; those that are booked keep the one they were booked under.

    Raises NotFound, PermissionDenied, EtagMismatch, ColdOrHeatChosen.
    """
    clinic = get_clinic_for(actor, clinic_id)
    with transaction.atomic():
        clinic = lock(clinic, expected_version)
        is_undone = changes.get("cold_or_heat") == ColdOrHeat.UNDECIDED != clinic.cold_or_heat
        if is_undone:
            raise ColdOrHeatChosen
        change(actor, clinic, changes)
    return clinic

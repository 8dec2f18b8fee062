"""Changing a clinic, or closing it for good."""

import uuid

from backend.clinics.actions._write import change, lock
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.facts import ClinicFacts
from backend.clinics.models import Clinic
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor


def change_clinic(
    actor: Actor, *, clinic_id: uuid.UUID, changes: ClinicFacts, expected_version: int | None, dry_run: bool = False
) -> Outcome[Clinic]:
    """Change a clinic's data; `is_active` false withdraws it, and it can come back. Visits stay booked.

    Raises NotFound, PermissionDenied, EtagMismatch.
    """
    clinic = get_clinic_for(actor, clinic_id)
    with changing(Scope(clinic_ids=frozenset({clinic_id})), dry_run=dry_run) as broken:
        clinic = lock(clinic, expected_version)
        change(actor, clinic, changes)
    return Outcome(clinic, broken.affected)

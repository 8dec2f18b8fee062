"""What every change of an assessment goes through."""

import uuid
from typing import Any

from django.db.models import F

from backend.audit.actions import record
from backend.care.errors import NotCertified
from backend.care.models import Assessment
from backend.care.queries.assessments import get_assessment_for
from backend.care.queries.certified import is_certified_to_assess
from backend.care.rules import age_on
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch
from backend.common.permissions import Permission
from backend.common.walltime import local_date_of, minute_of, zone


def lock_assessment(actor: Actor, assessment_id: uuid.UUID, expected_version: int | None) -> Assessment:
    """One that the caller may write, kept from others until the transaction ends. Raises NotFound, EtagMismatch."""
    seen = get_assessment_for(actor, assessment_id, Permission.ASSESSMENT_WRITE)
    locked: Assessment = (
        Assessment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("patient", "clinic")
        .get(pk=seen.pk)
    )
    if expected_version not in (None, locked.version):
        raise EtagMismatch
    return locked


def require_certified(actor: Actor, assessment: Assessment) -> None:
    """Raise NotCertified unless the caller holds every proof today (D8); nobody decides for themselves or their own."""
    if assessment.patient_id in actor.patient_ids or not is_certified_to_assess(actor, assessment.clinic_id):
        raise NotCertified


def count_version(assessment: Assessment) -> None:
    """One version more, for If-Match."""
    Assessment.objects.filter(pk=assessment.pk).update(version=F("version") + 1, updated_at=clock.now())


def signature(actor: Actor, assessment: Assessment) -> dict[str, Any]:
    """What a signature adds to what is signed."""
    now = clock.now()
    today = local_date_of(minute_of(now), zone(assessment.clinic.timezone))
    return {
        "signed_at": now,
        "signed_by_id": actor.user_id,
        "age_years": age_on(today, assessment.patient.birth_date),
    }


def audit(actor: Actor, assessment: Assessment, deed: str) -> None:
    """Write down who did what to it: never what it says, nor why it was amended (D11)."""
    record(
        actor,
        f"assessment.{deed}",
        subject_type="assessment",
        subject_id=assessment.pk,
        patient_id=assessment.patient_id,
        clinic_id=assessment.clinic_id,
    )

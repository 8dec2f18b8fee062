"""Assessments as those see them who treat the patient."""

import uuid
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery

from backend.appointments.queries.decisions import Decision
from backend.care.enums import AssessmentOutcome
from backend.care.models import Assessment, AssessmentVersion
from backend.care.querysets import AssessmentQuerySet
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.patients.models import Clearance


def assessments_for(actor: Actor, permission: Permission = Permission.ASSESSMENT_READ) -> AssessmentQuerySet:
    """Those that the caller may see, with what an answer shows of them. Two statements."""
    versions = AssessmentVersion.objects.select_related("written_by", "signed_by").order_by("number")
    live = Clearance.objects.filter(assessment_id=OuterRef("pk"), ended_at=None)
    seen = Assessment.objects.visible_to(actor, permission).prefetch_related(Prefetch("versions", queryset=versions))
    found: AssessmentQuerySet = seen.annotate(clearance_until=Subquery(live.values("valid_until")[:1]))
    return found


def get_assessment_for(
    actor: Actor, assessment_id: uuid.UUID, permission: Permission = Permission.ASSESSMENT_READ
) -> Any:
    """One of them. Raises NotFound: another's is as if absent."""
    assessment = assessments_for(actor, permission).filter(pk=assessment_id).first()
    if assessment is None:
        raise NotFound
    return assessment


def decision_about(patient_id: uuid.UUID) -> Decision | None:
    """What was decided last about a patient; None where nobody has signed. For eligibility, which knows who asks."""
    signed = AssessmentVersion.objects.filter(assessment__patient_id=patient_id, signed_at__isnull=False)
    first = signed.filter(number=1).order_by("-signed_at").first()
    if first is None or first.signed_at is None:
        return None
    newest = signed.filter(assessment_id=first.assessment_id).order_by("-number")
    return Decision(newest[0].outcome == AssessmentOutcome.CANDIDATE, first.signed_at)

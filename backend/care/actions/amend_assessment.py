"""Amending what was signed: what it said before stays readable."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backend.appointments.actions.door import lock
from backend.care.actions._assessments import (
    audit,
    count_version,
    lock_assessment,
    require_certified,
    signature,
)
from backend.care.actions._clearing import settle_clearance
from backend.care.errors import AssessmentNotSigned, NotCertified
from backend.care.event_types import AssessmentAmended
from backend.care.models import AssessmentVersion
from backend.care.rules import ASSESSED, require_whole
from backend.common.access import Actor
from backend.events.actions import publish


def amend_assessment(
    actor: Actor,
    *,
    assessment_id: uuid.UUID,
    reason: str,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> None:
    """Sign a further version, which says the same but for the changes. Another outcome gives or ends the clearance;
    visits that are booked stay, and the desk is asked to see to them.

    Raises NotFound, NotCertified, EtagMismatch, AssessmentNotSigned, AssessmentIncomplete, Unavailable.
    """
    if actor.practitioner_id is None:
        raise NotCertified
    with transaction.atomic():
        lock([actor.practitioner_id])
        assessment = lock_assessment(actor, assessment_id, expected_version)
        require_certified(actor, assessment)
        before = assessment.current
        if before.signed_at is None:
            raise AssessmentNotSigned
        said = {**{name: getattr(before, name) for name in ASSESSED}, **changes}
        require_whole(said)
        amended = AssessmentVersion.objects.create(
            assessment=assessment,
            number=before.number + 1,
            reason=reason,
            written_by_id=actor.user_id,
            **said,
            **signature(actor, assessment),
        )
        count_version(assessment)
        settle_clearance(actor, assessment, amended)
        publish(AssessmentAmended(subject_id=assessment.pk, patient_id=assessment.patient_id))
        audit(actor, assessment, "amended")

"""Signing an assessment: from then on it decides (D7, D8)."""

import uuid

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
from backend.care.actions.settle_assessment_due import settle_assessment_due
from backend.care.errors import AssessmentIsSigned, NotCertified
from backend.care.event_types import AssessmentSigned
from backend.care.rules import ASSESSED, require_whole
from backend.common.access import Actor
from backend.events.actions import publish


def sign_assessment(actor: Actor, *, assessment_id: uuid.UUID, expected_version: int | None = None) -> None:
    """Sign it, once; a candidate is cleared in the same transaction.

    Raises NotFound, NotCertified, EtagMismatch, AssessmentIsSigned, AssessmentIncomplete, Unavailable.
    """
    if actor.practitioner_id is None:
        raise NotCertified
    with transaction.atomic():
        # Whoever revokes a proof of the practitioner holds this lock: either that is seen here, or comes after.
        lock([actor.practitioner_id])
        assessment = lock_assessment(actor, assessment_id, expected_version)
        require_certified(actor, assessment)
        draft = assessment.current
        if draft.signed_at:
            raise AssessmentIsSigned
        require_whole({name: getattr(draft, name) for name in ASSESSED})
        signed = signature(actor, assessment)
        for name, value in signed.items():
            setattr(draft, name, value)
        draft.save(update_fields=["signed_at", "signed_by", "age_years"])
        count_version(assessment)
        settle_clearance(actor, assessment, draft)
        settle_assessment_due(patient_id=assessment.patient_id)
        publish(AssessmentSigned(subject_id=assessment.pk, patient_id=assessment.patient_id))
        audit(actor, assessment, "signed")

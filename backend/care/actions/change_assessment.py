"""Writing on at an assessment that nobody has signed."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backend.care.actions._assessments import audit, count_version, lock_assessment
from backend.care.errors import AssessmentIsSigned
from backend.common import clock
from backend.common.access import Actor


def change_assessment(
    actor: Actor, *, assessment_id: uuid.UUID, changes: Mapping[str, Any], expected_version: int | None
) -> None:
    """Change what is named; the rest stays. Raises NotFound, EtagMismatch, AssessmentIsSigned."""
    with transaction.atomic():
        assessment = lock_assessment(actor, assessment_id, expected_version)
        draft = assessment.current
        if draft.signed_at:
            raise AssessmentIsSigned
        if all(getattr(draft, name) == value for name, value in changes.items()):
            return
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.written_by_id, draft.updated_at = actor.user_id, clock.now()
        draft.save(update_fields=[*changes, "written_by", "updated_at"])
        count_version(assessment)
        audit(actor, assessment, "changed")

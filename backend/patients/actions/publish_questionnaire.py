"""Changing what is asked before needling, and what a yes means (D10)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.enums import QuestionCode, Severity
from backend.patients.event_types import QuestionnairePublished
from backend.patients.models import ScreeningQuestionnaire
from backend.patients.queries.questionnaires import current_questionnaire
from backend.patients.questionnaire import Question, Questionnaire
from backend.patients.rules import require_each_once


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """What is asked under a code; without texts, in the words of the version before."""

    code: QuestionCode
    severity: Severity
    text: str | None = None
    text_fr: str | None = None


def publish_questionnaire(actor: Actor, *, validity_days: int, questions: Sequence[NewQuestion]) -> Questionnaire:
    """Make the next version; who answers from now on answers it. Answers that were given keep meaning what they meant
    until they run out. Raises PermissionDenied, ValidationFailed, and AlreadyExists when somebody else was faster.
    """
    if Permission.SCREENING_MANAGE not in actor.everywhere:
        raise PermissionDenied
    require_each_once([one.code for one in questions], list(QuestionCode), pointer="/questions")
    before = current_questionnaire()
    asked = Questionnaire(before.version + 1, validity_days, tuple(_worded(one, before) for one in questions))
    with transaction.atomic():
        row = ScreeningQuestionnaire.objects.create(
            version=asked.version,
            validity_days=validity_days,
            questions=[asdict(question) for question in asked.questions],
            created_by_id=actor.user_id,
        )
        publish(QuestionnairePublished(subject_id=row.pk))
        record(
            actor,
            "questionnaire.published",
            subject_type="questionnaire",
            subject_id=row.pk,
            before=_told(before),
            after=_told(asked),
        )
    return asked


def _worded(wanted: NewQuestion, before: Questionnaire) -> Question:
    known = next(question for question in before.questions if question.code == wanted.code)
    return Question(wanted.code, wanted.severity, wanted.text or known.text, wanted.text_fr or known.text_fr)


def _told(questionnaire: Questionnaire) -> dict[str, object]:
    severities = {question.code.value: question.severity.value for question in questionnaire.questions}
    return {"version": questionnaire.version, "validity_days": questionnaire.validity_days, "severities": severities}

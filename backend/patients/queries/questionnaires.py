"""Versions of the questionnaire."""

from django.db.models import QuerySet

from backend.patients.models import ScreeningQuestionnaire
from backend.patients.questionnaire import STANDARD, Questionnaire


def current_questionnaire() -> Questionnaire:
    """What is asked now: the newest version, or the standard one where the organisation has published none."""
    newest = published().first()
    return Questionnaire.of(newest.version, newest.validity_days, newest.questions) if newest else STANDARD


def all_questionnaires() -> list[Questionnaire]:
    """Every version, the newest first."""
    rows = published()
    return [*(Questionnaire.of(row.version, row.validity_days, row.questions) for row in rows), STANDARD]


def published() -> QuerySet[ScreeningQuestionnaire]:
    """What the organisation published, the newest first."""
    return ScreeningQuestionnaire.objects.order_by("-version")

"""What patients are asked before needling, and what they answered (D10). Answers are health data (D11)."""

from typing import Any

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.common.constraints import one_of
from backend.common.models import Row
from backend.patients.enums import Party, ScreeningOutcome
from backend.patients.models.people import Patient
from backend.patients.querysets import ScreeningQuerySet


class ScreeningQuestionnaire(Row):
    """What the organisation asks from a version on, and for how many days an answer counts. Never changed, only
    followed by the next version; before the first row the standard one is asked (`patients.questionnaire`).

    `questions` are `{code, severity, text, text_fr}`, in the order in which they are asked.
    """

    version = models.PositiveIntegerField()
    validity_days = models.PositiveSmallIntegerField()
    questions = models.JSONField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version"], name="questionnaire_version_is_given_once"),
            models.CheckConstraint(condition=Q(version__gte=2), name="questionnaire_follows_the_standard"),
            models.CheckConstraint(condition=Q(validity_days__range=(1, 365)), name="questionnaire_validity_is_sane"),
        ]


class Screening(Row):
    """One set of answers. The newest of a patient counts: it has no `superseded_at`.

    `outcome` is what the answers meant by the questionnaire of their time. `valid_until` is the last local date on
    which they count. `party` says on whose side `answered_by` entered them.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="screenings")
    questionnaire_version = models.PositiveIntegerField()
    answers = models.JSONField()
    outcome = models.CharField(max_length=15, choices=ScreeningOutcome)
    valid_until = models.DateField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(max_length=10, choices=Party)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    cleared_reason = models.CharField(max_length=500, default="", blank=True)
    superseded_at = models.DateTimeField(null=True)

    objects: Any = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(superseded_at__isnull=True), name="screening_is_current_once"
            ),
            one_of("outcome", ScreeningOutcome.values, name="screening_outcome_is_known"),
            one_of("party", Party.values, name="screening_party_is_known"),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True, cleared_reason="")
                | Q(cleared_at__isnull=False, cleared_by__isnull=False, outcome=ScreeningOutcome.ASK_CLINICIAN)
                & ~Q(cleared_reason=""),
                name="screening_is_cleared_by_somebody_for_a_reason",
            ),
        ]

    @property
    def is_current(self) -> bool:
        """True until the patient answers again."""
        return self.superseded_at is None

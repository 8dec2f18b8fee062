"""What patients ask about a service, in versions (D22)."""

from django.db import models
from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.clinics.enums import QuestionTopic
from backend.clinics.models.catalogue import Service
from backend.common.constraints import one_of
from backend.common.models import Row


class QuestionSet(Row):
    """All questions about a service, with their answers. Never changed, only followed by the next version: the current
    one of a service has no `superseded_at`.

    `approved_by_id` is the practitioner who approved it, with name and title as they were then; absent for what was
    written before approvals were kept.
    """

    service = models.ForeignKey(Service, models.CASCADE, related_name="question_sets")
    version = models.PositiveIntegerField()
    approved_by_id = models.UUIDField(null=True)
    approver_name = models.CharField(max_length=201, default="", blank=True)
    approver_title = models.CharField(max_length=100, default="", blank=True)
    approver_title_fr = models.CharField(max_length=100, default="", blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="question_set_version_is_given_once"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(superseded_at__isnull=True), name="question_set_is_current_once"
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True, approver_name="")
                | Q(approved_by_id__isnull=False) & ~Q(approver_name=""),
                name="question_set_names_who_approved_it",
            ),
        ]

    @property
    def in_order(self) -> "QuerySet[QuestionAnswer]":
        """Its questions as they are shown."""
        return self.questions.order_by("position")


class QuestionAnswer(Row):
    """One question of a set and its answer, in both languages; the French may be missing from what is old."""

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=20, choices=QuestionTopic)
    question = models.CharField(max_length=300)
    question_fr = models.CharField(max_length=300, default="", blank=True)
    answer = models.TextField(max_length=4000)
    answer_fr = models.TextField(max_length=4000, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question_set", "position"], name="question_answer_has_its_own_place"),
            models.UniqueConstraint(
                fields=["question_set", "topic"],
                condition=~Q(topic=QuestionTopic.OTHER),
                name="question_answer_topic_is_answered_once",
            ),
            one_of("topic", QuestionTopic.values, name="question_answer_topic_is_known"),
        ]

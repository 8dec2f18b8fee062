"""Changing what patients read about a service before they book it (D22)."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from backend.audit.actions import record
from backend.clinics.enums import Discipline, QuestionTopic
from backend.clinics.models import QuestionAnswer, QuestionSet, Service
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, NotFound, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.practitioners.event_types import ServiceQuestionsPublished
from backend.practitioners.models import Practitioner


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """A question and its answer, in both languages."""

    topic: QuestionTopic
    question: str
    question_fr: str
    answer: str
    answer_fr: str


def publish_questions(
    actor: Actor, *, service_id: uuid.UUID, approved_by_id: uuid.UUID, questions: Sequence[NewAnswer]
) -> QuestionSet:
    """Make the next version of a service's questions, as a physiotherapist of the chain approved them.

    Raises NotFound, PermissionDenied, and ValidationFailed for a topic that comes twice and for an approver who is
    no physiotherapist, or no longer works here.
    """
    if Permission.SERVICE_MANAGE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        # Locked, so that versions are counted one by one.
        if not Service.objects.select_for_update(no_key=True).filter(pk=service_id).exists():
            raise NotFound
        _require_topics_once(questions)
        approver = _approver(approved_by_id)
        sets = QuestionSet.objects.filter(service_id=service_id)
        version: int = (sets.aggregate(last=Max("version"))["last"] or 0) + 1
        now = clock.now()
        sets.filter(superseded_at=None).update(superseded_at=now, updated_at=now)
        made = QuestionSet.objects.create(
            service_id=service_id,
            version=version,
            approved_by_id=approver.pk,
            approver_name=str(approver),
            approver_title=approver.title,
            approver_title_fr=approver.title_fr,
            created_by_id=actor.user_id,
        )
        QuestionAnswer.objects.bulk_create(
            QuestionAnswer(question_set=made, position=place, **asdict(one))
            for place, one in enumerate(questions, start=1)
        )
        _tell(actor, made, questions)
    return made


def _require_topics_once(questions: Sequence[NewAnswer]) -> None:
    topics = [one.topic for one in questions]
    errors = [
        FieldError(f"/questions/{place}/topic", FieldCode.TAKEN, gettext_noop("This topic has its question already."))
        for place, topic in enumerate(topics)
        if topic != QuestionTopic.OTHER and topic in topics[:place]
    ]
    if errors:
        raise ValidationFailed(errors=tuple(errors))


def _approver(practitioner_id: uuid.UUID) -> Practitioner:
    known = Practitioner.objects.filter(is_active=True, disciplines__contains=[Discipline.PHYSIOTHERAPY])
    found: Practitioner | None = known.filter(pk=practitioner_id).first()
    if found is None:
        detail = gettext_noop("Only a physiotherapist who works here approves answers.")
        raise ValidationFailed(errors=(FieldError("/approved_by_id", FieldCode.MISMATCH, detail),))
    return found


def _tell(actor: Actor, made: QuestionSet, questions: Sequence[NewAnswer]) -> None:
    publish(ServiceQuestionsPublished(subject_id=made.pk))
    record(
        actor,
        "service_questions.published",
        subject_type="service_questions",
        subject_id=made.pk,
        after={
            "service_id": str(made.service_id),
            "version": made.version,
            "approved_by_id": str(made.approved_by_id),
            "questions": [asdict(one) for one in questions],
        },
    )

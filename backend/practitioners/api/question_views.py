"""What patients ask about a service, as the owner publishes it."""

import uuid

from backend.clinics.enums import QuestionTopic
from backend.common.http import fields
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import StrictSerializer, list_of
from backend.common.permissions import Permission
from backend.practitioners.actions.publish_questions import NewAnswer, publish_questions


class ServiceQuestion(StrictSerializer):
    """A question patients ask and its answer, in both languages."""

    topic = fields.ChoiceField(
        QuestionTopic, help_text="What it is about; each topic comes once at most, but for `other`."
    )
    question = fields.CharField(max_length=300, help_text="The question in English, in patients' words.")
    question_fr = fields.CharField(max_length=300, help_text="The question in French, in patients' words.")
    answer = fields.CharField(max_length=4000, help_text="The answer in English, in plain words, without markup.")
    answer_fr = fields.CharField(max_length=4000, help_text="The answer in French, in plain words, without markup.")


class ServiceQuestionsRequest(StrictSerializer):
    """The next version of the questions about a service: all of them, in their order."""

    approved_by_id = fields.UUIDField(
        help_text="The practitioner who read and approved every answer: an active physiotherapist of the chain."
    )
    questions = list_of(
        ServiceQuestion, min_length=1, max_length=50, help_text="All questions, in the order in which to show them."
    )


class ServiceQuestions(StrictSerializer):
    """A version of the questions about a service, in both languages."""

    id = fields.UUIDField(help_text="This version; stays the same for good.")
    service_id = fields.UUIDField(help_text="The service that they are about.")
    version = fields.IntegerField(min_value=1, help_text="Grows by one with each publication; the highest is shown.")
    approved_by_id = fields.UUIDField(help_text="The practitioner who approved it.")
    approved_by_name = fields.CharField(
        source="approver_name", max_length=201, help_text="Their name, as it was then; getService shows it."
    )
    published_at = fields.DateTimeField(source="created_at", help_text="When it took the place of the one before.")
    questions = list_of(
        ServiceQuestion, source="in_order", max_length=50, help_text="All of them, in the order in which to show them."
    )


class CreateServiceQuestions(Operation):
    """Publish the questions about a service.

    The next version, in both languages, at once in getService; versions before it are kept. General information and no
    medical advice: a physiotherapist of the chain approves every answer and is named with them.
    """

    permission = Permission.SERVICE_MANAGE
    accepts = ServiceQuestionsRequest
    returns = ServiceQuestions
    status = 201

    def handle(self, call: Call, service_id: uuid.UUID) -> Reply:
        """The owner: it holds for every clinic."""
        made = publish_questions(
            call.actor,
            service_id=service_id,
            approved_by_id=call.body["approved_by_id"],
            questions=[NewAnswer(**one) for one in call.body["questions"]],
        )
        return Reply(made, location=f"/v1/services/{service_id}")

"""The questions before needling, and their answers. Answers are health data: never stored in a receipt (R16)."""

import uuid
from typing import Any

from backend.common.errors import AlreadyExists, PermissionDenied
from backend.common.http.access import PUBLIC
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.patients.actions.answer_screening import Answer, answer_screening
from backend.patients.actions.note_screenings_read import note_screenings_read
from backend.patients.actions.publish_questionnaire import NewQuestion, publish_questionnaire
from backend.patients.api.screening_shapes import (
    ManagedQuestionnaire,
    ManagedQuestionnaires,
    QuestionnaireRequest,
    Screening,
    ScreeningQuery,
    ScreeningQuestionnaire,
    ScreeningRequest,
)
from backend.patients.errors import PatientMerged
from backend.patients.queries.questionnaires import all_questionnaires, current_questionnaire
from backend.patients.queries.screenings import as_seen_by, get_screening_for, screenings_of
from backend.patients.queries.visible import get_patient_to


class GetScreeningQuestionnaire(Operation):
    """Read the questions that are asked before needling.

    In the caller's language. Services whose gate says `needs_screening` ask them before the first booking, and again
    when the answers have run out.
    """

    permission = PUBLIC
    returns = ScreeningQuestionnaire

    def handle(self, call: Call) -> Reply:
        """Public."""
        return Reply(current_questionnaire())


class ListScreeningQuestionnaires(Operation):
    """List every version of the questions.

    In both languages and with what a yes to each means.
    """

    permission = Permission.SCREENING_MANAGE
    returns = ManagedQuestionnaires

    def handle(self, call: Call) -> Reply:
        """The owner."""
        return Reply({"results": all_questionnaires()})


class CreateScreeningQuestionnaire(Operation):
    """Change the questions, what a yes means, or how long answers count.

    The body is the whole of the next version, which is asked from now on. Answers that were given before go on
    meaning what they meant until they run out.
    """

    permission = Permission.SCREENING_MANAGE
    accepts = QuestionnaireRequest
    returns = ManagedQuestionnaire
    status = 201
    raises = (AlreadyExists,)

    def handle(self, call: Call) -> Reply:
        """The owner: it holds for every clinic."""
        questions = [NewQuestion(**one) for one in call.body["questions"]]
        asked = publish_questionnaire(call.actor, validity_days=call.body["validity_days"], questions=questions)
        return Reply(asked, location="/v1/screening-questionnaires/current")


class CreateScreening(Operation):
    """Answer the questions before needling.

    By the patient, by who looks after them, or at the desk. From now on these answers count, and none before them.
    Where they need a physiotherapist, the clinic is asked to see to it; where they change what visits that are
    booked rest on, the clinic is told.
    """

    permission = Permission.SCREENING_ANSWER
    accepts = ScreeningRequest
    returns = Screening
    status = 201
    rerender = True
    raises = (PermissionDenied, PatientMerged)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """The answer shows what was entered, to the desk too."""
        row = answer_screening(
            call.actor,
            patient_id=patient_id,
            questionnaire_version=call.body["questionnaire_version"],
            answers=[Answer(**one) for one in call.body["answers"]],
        )
        return Reply(as_seen_by(call.actor, row, as_entered=True), location=f"/v1/screenings/{row.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return as_seen_by(call.actor, get_screening_for(call.actor, resource_id), as_entered=True)


class ListScreenings(Operation):
    """List a patient's screenings.

    The newest first: it is the one that counts. Patients, who looks after them and those who treat see the answers;
    the desk sees where each stands and how long it counts. The audit log keeps who read.
    """

    permission = Permission.SCREENING_READ
    query = ScreeningQuery
    returns = page_of(Screening)
    raises = (PermissionDenied,)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Whoever may see the patient's screenings; another's patient is as if absent."""
        get_patient_to(call.actor, patient_id, Permission.SCREENING_READ)
        reply = paginate(call, screenings_of(call.actor, patient_id), order=["-answered_at", "-id"])
        seen = [as_seen_by(call.actor, row) for row in reply.data["results"]]
        note_screenings_read(call.actor, patient_id=patient_id, seen=seen)
        reply.data["results"] = seen
        return reply


class GetScreening(Operation):
    """Read one screening.

    Patients, who looks after them and those who treat see the answers; the desk sees where it stands and how long it
    counts. The audit log keeps who read.
    """

    permission = Permission.SCREENING_READ
    returns = Screening

    def handle(self, call: Call, screening_id: uuid.UUID) -> Reply:
        """Another's is as if absent."""
        seen = as_seen_by(call.actor, get_screening_for(call.actor, screening_id))
        note_screenings_read(call.actor, patient_id=seen.row.patient_id, seen=[seen])
        return Reply(seen)

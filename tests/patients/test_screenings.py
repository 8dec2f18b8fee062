"""The health questions and their answers: versions, meaning, who sees what (D10, D11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.audit.models import AuditEntry
from backend.common.models import IdempotencyReceipt
from backend.events.models import DomainEvent
from backend.patients.actions import publish_questionnaire
from backend.patients.enums import QuestionCode
from backend.patients.models import Screening
from backend.patients.questionnaire import STANDARD
from backend.tasks.models import Task
from tests.api_client import ApiClient
from tests.appointments.calls import api, faults, refusal
from tests.cast import Cast
from tests.patients.answers import answer, answers, questions, screenings_of, yes_among

pytestmark = pytest.mark.django_db
QUESTIONNAIRES = "/v1/screening-questionnaires"


def test_anybody_reads_the_questions_in_their_language() -> None:
    asked = ApiClient().get(f"{QUESTIONNAIRES}/current").json()
    assert (asked["version"], asked["validity_days"]) == (1, 30)
    assert [one["code"] for one in asked["questions"]] == QuestionCode.values
    french = ApiClient().get(f"{QUESTIONNAIRES}/current", headers={"Accept-Language": "fr"}).json()
    assert french["questions"][4]["text"].startswith("Êtes-vous enceinte")
    assert "severity" not in asked["questions"][0]


@pytest.mark.parametrize("code", QuestionCode.values)
def test_each_of_the_six_asks_for_a_physiotherapist(cast: Cast, code: str) -> None:
    made = answer(api(cast.patient), cast.patient, code)
    assert (made["status"], yes_among(made), made["answered_by"]) == ("ask_clinician", [code], "patient")
    assert made["valid_until_date"] == str((cast.now - timedelta(hours=8)).date() + timedelta(days=30))


def test_the_newest_answers_count_and_no_others(cast: Cast) -> None:
    client = api(cast.parent)
    assert answer(client, cast.child, "pregnancy")["answered_by"] == "guardian"
    newest = answer(client, cast.child)
    listed = client.get(screenings_of(cast.child)).json()["results"]
    assert [one["is_current"] for one in listed] == [True, False, False]
    assert listed[0] == newest
    assert newest["status"] == "clear"
    with pytest.raises(IntegrityError, match="screening_is_current_once"), transaction.atomic():
        Screening.objects.filter(patient=cast.child).update(superseded_at=None)


def test_all_questions_are_answered_once_and_those_of_today(cast: Cast) -> None:
    client, path = api(cast.patient), screenings_of(cast.patient)
    body = answers()
    [first, *others] = body["answers"]
    assert faults(client.post(path, {**body, "answers": others})) == {"/answers": "required"}
    assert faults(client.post(path, {**body, "answers": [first, first, *others]})) == {"/answers/1/code": "taken"}
    odd = [{"code": "odd", "answer": True}, *others]
    assert faults(client.post(path, {**body, "answers": odd})) == {"/answers/0/code": "not_a_choice"}
    assert faults(client.post(path, answers(version=2))) == {"/questionnaire_version": "mismatch"}
    assert Screening.objects.filter(patient=cast.patient).count() == 1


def test_the_owner_decides_what_a_yes_means_from_then_on(cast: Cast) -> None:
    before = answer(api(cast.patient), cast.patient, "pregnancy")
    asked = questions(pregnancy="absolute", recent_surgery="ask_clinician")
    asked[5]["text"] = "Surgery this year?"
    body = {"validity_days": 10, "questions": asked}
    published = api(cast.owner).post(QUESTIONNAIRES, body)
    assert published.status_code == 201
    assert (published.json()["version"], published.json()["questions"][5]["text"]) == (2, "Surgery this year?")
    assert published.json()["questions"][5]["text_fr"].startswith("Avez-vous")
    assert [one["version"] for one in api(cast.owner).get(QUESTIONNAIRES).json()["results"]] == [2, 1]
    assert api(cast.patient).get(f"/v1/screenings/{before['id']}").json() == before
    client, path = api(cast.patient), screenings_of(cast.patient)
    assert faults(client.post(path, answers())) == {"/questionnaire_version": "mismatch"}
    said = {
        yes: client.post(path, answers(*yes, version=2)).json()["status"]
        for yes in ((), ("cancer_related_pain",), ("recent_surgery",), ("recent_surgery", "pregnancy"))
    }
    assert list(said.values()) == ["clear", "clear", "ask_clinician", "blocked"]


def test_a_questionnaire_asks_all_six_once(cast: Cast) -> None:
    body = {"validity_days": 10, "questions": questions()[1:]}
    assert faults(api(cast.owner).post(QUESTIONNAIRES, body)) == {"/questions": "required"}
    twice = {**body, "questions": [*questions(), questions()[0]]}
    assert faults(api(cast.owner).post(QUESTIONNAIRES, twice)) == {"/questions/6/code": "taken"}
    assert refusal(api(cast.manager_coquitlam).post(QUESTIONNAIRES, body)) == (403, "permission_denied")


def test_the_desk_enters_answers_and_from_then_on_sees_where_they_stand(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    made = desk.post(screenings_of(cast.patient), answers("pregnancy"), key="k")
    assert (made.json()["is_redacted"], yes_among(made.json())) == (False, ["pregnancy"])
    again = desk.post(screenings_of(cast.patient), answers("pregnancy"), key="k")
    assert again.json() == made.json()
    assert Screening.objects.filter(patient=cast.patient).count() == 2
    assert IdempotencyReceipt.objects.get(operation_id="createScreening").body is None
    for seen in (
        desk.get(f"/v1/screenings/{made.json()['id']}").json(),
        desk.get(screenings_of(cast.patient)).json()["results"][0],
    ):
        assert (seen["status"], seen["is_redacted"], seen["answers"]) == ("ask_clinician", True, [])
    for who in (cast.manager_coquitlam, cast.owner):
        assert api(who).get(screenings_of(cast.patient)).json()["results"][0]["is_redacted"]
    assert yes_among(api(cast.physio).get(screenings_of(cast.patient)).json()["results"][0]) == ["pregnancy"]


def test_who_reads_anothers_answers_is_in_the_audit_log(cast: Cast) -> None:
    api(cast.patient).get(screenings_of(cast.patient))
    assert not AuditEntry.objects.filter(action="screening.read").exists()
    api(cast.desk_coquitlam).get(screenings_of(cast.patient))
    api(cast.physio).get(screenings_of(cast.patient))
    entries = AuditEntry.objects.filter(action="screening.read").order_by("pk")
    assert [(one.actor_id, one.patient_id, one.purpose) for one in entries] == [
        (cast.desk_coquitlam.pk, cast.patient.pk, "booking"),
        (cast.physio.user_id, cast.patient.pk, "care"),
    ]


def test_an_answer_for_a_physiotherapist_opens_a_task_and_the_next_answers_settle_it(cast: Cast) -> None:
    client = api(cast.patient)
    answer(client, cast.patient, "pregnancy")
    task = Task.objects.get(kind="screening_review")
    assert (task.clinic_id, task.patient_id, task.status) == (cast.coquitlam.pk, cast.patient.pk, "open")
    answer(client, cast.patient)
    task.refresh_from_db()
    assert task.status == "done"
    events = DomainEvent.objects.filter(type="screening.answered.v1")
    assert [event.payload for event in events] == 2 * [{"patient_id": str(cast.patient.pk)}]


def test_of_two_versions_at_once_one_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the other owner had published since this one looked."""
    body = {"validity_days": 10, "questions": questions()}
    assert api(cast.owner).post(QUESTIONNAIRES, body).status_code == 201
    monkeypatch.setattr(publish_questionnaire, "current_questionnaire", lambda: STANDARD)
    assert refusal(api(cast.owner).post(QUESTIONNAIRES, body)) == (409, "already_exists")

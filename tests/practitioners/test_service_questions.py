"""What patients ask about a service: versions, who approved them, both languages (D22)."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.audit.models import AuditEntry
from backend.clinics.enums import QuestionTopic
from backend.clinics.models import QuestionAnswer, QuestionSet
from backend.events.models import DomainEvent
from backend.practitioners.models import Practitioner
from tests.api_client import ApiClient
from tests.appointments.calls import api, faults, made, refusal
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HURTS = {
    "topic": "does_it_hurt",
    "question": "Does it hurt?",
    "question_fr": "Est-ce que ça fait mal ?",
    "answer": "A twitch is expected.",
    "answer_fr": "Un tressautement est attendu.",
}
PARKING = {
    "topic": "other",
    "question": "Where do I park?",
    "question_fr": "Où me garer ?",
    "answer": "Behind the clinic.",
    "answer_fr": "Derrière la clinique.",
}


def send(cast: Cast, *questions: dict[str, str], approver: Any = None) -> Any:
    body = {"approved_by_id": str((approver or cast.ims).pk), "questions": questions or [HURTS, PARKING]}
    return api(cast.owner).post(f"/v1/services/{cast.ims_treatment.pk}/questions", body)


def shown(cast: Cast, language: str = "en", **options: Any) -> Any:
    headers = {"Accept-Language": language, **options}
    return ApiClient().get(f"/v1/services/{cast.ims_treatment.pk}", headers=headers)


def test_what_is_published_is_shown_in_both_languages_with_who_approved_it(cast: Cast) -> None:
    before = shown(cast).json()
    assert (before["questions"], before["questions_version"], before["questions_approved_by"]) == ([], 0, "")
    published = made(send(cast))
    assert (published["version"], published["approved_by_name"]) == (1, "Ims Test")
    assert published["questions"] == [HURTS, PARKING]
    seen = shown(cast).json()
    assert [(one["topic"], one["question"], one["language"], one["version"]) for one in seen["questions"]] == [
        ("does_it_hurt", "Does it hurt?", "en", 1),
        ("other", "Where do I park?", "en", 1),
    ]
    assert (seen["questions_version"], seen["questions_approved_by"]) == (1, "Ims Test, Physiotherapist")
    assert seen["questions_caution"].startswith("General information, not medical advice.")
    french = shown(cast, "fr").json()
    assert french["questions"][0]["answer"] == "Un tressautement est attendu."
    assert french["questions_approved_by"] == "Ims Test, Physiothérapeute"
    assert french["questions_caution"].startswith("Renseignements généraux")


def test_the_next_version_takes_the_place_of_the_one_before_which_is_kept(cast: Cast) -> None:
    send(cast)
    tag = shown(cast).headers["ETag"]
    assert shown(cast, **{"If-None-Match": tag}).status_code == 304
    assert made(send(cast, PARKING))["version"] == 2
    seen = shown(cast, **{"If-None-Match": tag})
    assert seen.status_code == 200, "what has changed is not what was kept"
    assert [(one["topic"], one["version"]) for one in seen.json()["questions"]] == [("other", 2)]
    old = QuestionSet.objects.get(version=1)
    assert old.superseded_at is not None
    assert [one.topic for one in old.in_order] == ["does_it_hurt", "other"]


def test_it_is_told_and_kept_who_published_what(cast: Cast) -> None:
    published = made(send(cast, HURTS))
    event = DomainEvent.objects.get(type="service.questions_published.v1")
    assert str(event.subject_id) == published["id"]
    entry = AuditEntry.objects.get(action="service_questions.published")
    assert entry.after is not None
    assert (entry.actor_id, entry.after["approved_by_id"], entry.after["questions"]) == (
        cast.owner.pk,
        str(cast.ims.pk),
        [HURTS],
    )


def test_only_a_physiotherapist_who_works_here_approves(cast: Cast) -> None:
    for nobody in (cast.masseur, cast.ims_treatment):
        answer = send(cast, approver=nobody)
        assert (refusal(answer)[0], faults(answer)) == (400, {"/approved_by_id": "mismatch"})
    Practitioner.objects.filter(pk=cast.ims.pk).update(is_active=False)
    assert faults(send(cast)) == {"/approved_by_id": "mismatch"}
    assert not QuestionSet.objects.exists()


def test_a_topic_is_answered_once_and_others_as_often_as_they_come(cast: Cast) -> None:
    answer = send(cast, HURTS, PARKING, HURTS)
    assert (refusal(answer)[0], faults(answer)) == (400, {"/questions/2/topic": "taken"})
    assert made(send(cast, PARKING, HURTS, PARKING))["version"] == 1


def test_no_questions_are_no_version(cast: Cast) -> None:
    body = {"approved_by_id": str(cast.ims.pk), "questions": []}
    answer = api(cast.owner).post(f"/v1/services/{cast.ims_treatment.pk}/questions", body)
    assert "/questions" in faults(answer)


def test_the_database_keeps_versions_topics_and_approvals_straight(cast: Cast) -> None:
    send(cast)
    current = QuestionSet.objects.get()
    again = {"service": cast.ims_treatment, "approver_name": "A", "approved_by_id": cast.ims.pk}
    answers = {"question_set": current, "question": "Q", "answer": "A"}
    for name, row in (
        ("question_set_is_current_once", QuestionSet(version=2, **again)),
        ("question_set_version_is_given_once", QuestionSet(version=1, superseded_at=cast.now, **again)),
        ("question_set_names_who_approved_it", QuestionSet(version=2, superseded_at=cast.now, **again)),
        ("question_answer_topic_is_answered_once", QuestionAnswer(position=9, topic="does_it_hurt", **answers)),
        ("question_answer_topic_is_known", QuestionAnswer(position=9, topic="weather", **answers)),
        ("question_answer_has_its_own_place", QuestionAnswer(position=1, topic=QuestionTopic.OTHER, **answers)),
    ):
        if name == "question_set_names_who_approved_it":
            row.approver_name = ""  # type: ignore[union-attr]
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.save(force_insert=True)


def test_old_words_without_french_come_in_english_and_say_so(cast: Cast) -> None:
    send(cast)
    QuestionAnswer.objects.filter(position=1).update(question_fr="", answer_fr="")
    languages = [one["language"] for one in shown(cast, "fr").json()["questions"]]
    assert languages == ["en", "fr"]

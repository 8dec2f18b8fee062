"""Answering the questions before needling (D10)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.actions.ask_for_review import ask_for_review
from backend.patients.actions.settle_review import settle_review
from backend.patients.enums import QuestionCode, ScreeningOutcome
from backend.patients.event_types import ScreeningAnswered
from backend.patients.models import Patient, Screening
from backend.patients.queries.questionnaires import current_questionnaire
from backend.patients.queries.screenings import party_of
from backend.patients.queries.visible import get_patient_to, require_not_merged
from backend.patients.questionnaire import Questionnaire
from backend.patients.rules import outcome_of, require_each_once

# The date at UTC-8, where Canada's day ends last: answers of the evening are of that evening's date.
_WESTERNMOST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no to one question."""

    code: QuestionCode
    answer: bool


def answer_screening(
    actor: Actor, *, patient_id: uuid.UUID, questionnaire_version: int, answers: Sequence[Answer]
) -> Screening:
    """Keep a set of answers; from now on it counts, and none before it. What it means for visits that are booked is
    for those who keep visits: they learn of it by event.

    Raises NotFound, PermissionDenied, PatientMerged, and ValidationFailed for answers that are not those to
    today's questions.
    """
    patient = get_patient_to(actor, patient_id, Permission.SCREENING_READ)
    if not Patient.objects.visible_to(actor, Permission.SCREENING_ANSWER).filter(pk=patient.pk).exists():
        raise PermissionDenied
    require_not_merged(patient)
    asked = current_questionnaire()
    _require_todays(asked, questionnaire_version, answers)
    with transaction.atomic():
        # Locked, so that of two sets of answers at once each supersedes or is superseded.
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        now = clock.now()
        before = _supersede(patient, now)
        screening = _new(actor, patient, asked, answers, now)
        settle_review(screening_ids=before, reason="the patient answered again")
        if screening.outcome == ScreeningOutcome.ASK_CLINICIAN:
            ask_for_review(screening=screening)
        publish(ScreeningAnswered(subject_id=screening.pk, patient_id=patient.pk))
        record(
            actor,
            "screening.answered",
            subject_type="screening",
            subject_id=screening.pk,
            patient_id=patient.pk,
            after={"questionnaire_version": asked.version, "party": screening.party},
        )
    return screening


def _require_todays(asked: Questionnaire, version: int, answers: Sequence[Answer]) -> None:
    if version != asked.version:
        detail = gettext_noop("The questions have changed. Read and ask them again.")
        raise ValidationFailed(errors=(FieldError("/questionnaire_version", FieldCode.MISMATCH, detail),))
    codes = [one.code for one in answers]
    require_each_once(codes, [question.code for question in asked.questions], pointer="/answers")


def _supersede(patient: Patient, now: datetime) -> list[uuid.UUID]:
    current = Screening.objects.filter(patient=patient, superseded_at=None)
    ids = list(current.values_list("pk", flat=True))
    current.update(superseded_at=now, updated_at=now)
    return ids


def _new(actor: Actor, patient: Patient, asked: Questionnaire, answers: Sequence[Answer], now: datetime) -> Screening:
    said = {one.code: one.answer for one in answers}
    made: Screening = Screening.objects.create(
        patient=patient,
        questionnaire_version=asked.version,
        answers={question.code.value: said[question.code] for question in asked.questions},
        outcome=outcome_of(question.severity for question in asked.questions if said[question.code]),
        valid_until=(now - _WESTERNMOST).date() + timedelta(days=asked.validity_days),
        answered_at=now,
        answered_by_id=actor.user_id,
        party=party_of(actor, patient.pk),
    )
    return made

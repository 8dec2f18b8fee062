"""Assessments, answers and consents of the demo's patients: who may book IMS, and who waits for a physiotherapist (D7,
D10, D13)."""

import tomllib
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from backend.accounts.models import User
from backend.care.enums import AssessmentOutcome, Condition, Degree
from backend.care.models import Assessment, AssessmentVersion
from backend.care.rules import CLEARED_FOR
from backend.clinics.models import Clinic, Service
from backend.config.demo.draft import Draft
from backend.config.demo.services import LANGUAGES, TEXTS
from backend.patients.enums import BodyRegion, Party, QuestionCode, ScreeningOutcome
from backend.patients.models import Clearance, Consent, ConsentText, Patient, Screening
from backend.patients.queries.reviews import review_key
from backend.patients.questionnaire import STANDARD
from backend.tasks.enums import TaskKind
from backend.tasks.models import Task


def add_assessment(draft: Draft, patient: Patient, clinic: Clinic, by: User, *, on: date) -> None:
    """Draft that the patient was found a candidate on a day, about noon, and is cleared from then on."""
    at = datetime.combine(on, time(hour=19), UTC)
    assessment = draft.add(Assessment(patient=patient, clinic=clinic))
    draft.add(
        AssessmentVersion(
            assessment=assessment,
            number=1,
            region=BodyRegion.LOWER_BACK,
            autonomic_tests="No trophic change; matchstick test positive over L4 and L5.",
            palpation="Ropy bands in the left multifidus and gluteus medius, tender.",
            movement_screen="Extension and left side bending limited by a third.",
            trigger_points=[{"muscle": "gluteus medius", "side": "left"}],
            tight_muscles=["multifidus", "gluteus medius"],
            general_health=Condition.GOOD,
            severity=Degree.MODERATE,
            outcome=AssessmentOutcome.CANDIDATE,
            conclusion="Muscles shortened; exercises alone did not help. A course of IMS.",
            written_by=by,
            signed_by=by,
            signed_at=at,
        )
    )
    draft.add(
        Clearance(
            patient=patient,
            region=BodyRegion.LOWER_BACK,
            valid_from=on,
            valid_until=on + CLEARED_FOR,
            granted_by=by,
            assessment_id=assessment.pk,
        )
    )


def add_consent_text(draft: Draft, service: Service, author: User | None = None) -> ConsentText:
    """Draft what the service asks consent to, in both languages."""
    english, french = (tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES)
    words = {word: english[service.code]["consent"][word] for word in ("title", "body")}
    words |= {f"{word}_fr": french[service.code]["consent"][word] for word in ("title", "body")}
    return draft.add(ConsentText(service=service, version=1, created_by=author, **words))


def add_screening(
    draft: Draft, patient: Patient, by: User, *, at: datetime, until: date, yes: Collection[QuestionCode] = ()
) -> Screening:
    """Draft a patient's answers: no to all but some; entered by themselves, if they have an account."""
    return draft.add(
        Screening(
            patient=patient,
            questionnaire_version=STANDARD.version,
            answers={question.code.value: question.code in yes for question in STANDARD.questions},
            outcome=ScreeningOutcome.ASK_CLINICIAN if yes else ScreeningOutcome.CLEAR,
            valid_until=until,
            answered_at=at,
            answered_by=patient.user or by,
            party=Party.PATIENT if patient.user else Party.STAFF,
        )
    )


def add_consent(draft: Draft, patient: Patient, text: ConsentText, by: User, *, at: datetime) -> None:
    """Draft that the patient agreed to the text."""
    party = Party.PATIENT if patient.user else Party.STAFF
    giver = patient.user or by
    draft.add(
        Consent(patient=patient, text=text, given_at=at, given_by=giver, party=party, signed_by_name=str(patient))
    )


def add_pathway(
    draft: Draft, patients: Collection[Patient], text: ConsentText, desk: User, *, now: datetime, today: date
) -> None:
    """Draft clean answers of five days ago, and the consent, of each of these patients."""
    days_ago = timedelta(days=5)
    until = today - days_ago + timedelta(days=STANDARD.validity_days)
    for patient in patients:
        add_screening(draft, patient, desk, at=now - days_ago, until=until)
        add_consent(draft, patient, text, desk, at=now - days_ago)


def add_flagged(draft: Draft, patient: Patient, clinic: Clinic, desk: User, *, now: datetime, today: date) -> None:
    """Draft the answers of somebody who is pregnant, of yesterday, and what the clinic is to do about it."""
    yesterday = timedelta(days=1)
    until = today - yesterday + timedelta(days=STANDARD.validity_days)
    screening = add_screening(draft, patient, desk, at=now - yesterday, until=until, yes=[QuestionCode.PREGNANCY])
    draft.add(
        Task(
            clinic=clinic,
            kind=TaskKind.SCREENING_REVIEW,
            text="Let a certified physiotherapist look at the patient's screening: clear it, or call the patient.",
            due_date=today + yesterday,
            dedupe_key=review_key(screening.pk),
            patient_id=patient.pk,
        )
    )

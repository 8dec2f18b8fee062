"""Of what two records say of one person's health, the safest counts (D10, D13, R15)."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from backend.care.enums import AssessmentOutcome
from backend.care.models import AssessmentVersion
from backend.patients.enums import ClearanceEnd, ScreeningOutcome
from backend.patients.models import Clearance, Consent, Screening
from backend.privacy.models import PatientMerge

_GRAVITY = (ScreeningOutcome.CLEAR, ScreeningOutcome.ASK_CLINICIAN, ScreeningOutcome.BLOCKED)
Ended = tuple[type[Any], list[uuid.UUID]]


def end_the_less_safe(merge: PatientMerge, *, by: uuid.UUID, at: datetime) -> list[Ended]:
    """End what the other record contradicts, stamped with `at`; which rows of which tables. Before anything is moved.

    Of two sets of answers the graver one counts on, or else the newer; a consent does not outlive one for the same
    service that was taken back later, nor a clearance a later assessment of its region that found no candidate.
    """
    both = [merge.survivor_id, merge.duplicate_id]
    answers = list(Screening.objects.filter(patient__in=both, superseded_at=None))
    overtaken = [one.pk for one in sorted(answers, key=_weight)[:-1]]
    Screening.objects.filter(pk__in=overtaken).update(superseded_at=at, updated_at=at)
    withdrawn = _withdrawn(Consent.objects.filter(patient__in=both).select_related("text"))
    Consent.objects.filter(pk__in=withdrawn).update(revoked_at=at, revoked_by_id=by, updated_at=at)
    refuted = _refuted(both)
    Clearance.objects.filter(pk__in=refuted).update(ended_at=at, ended_reason=ClearanceEnd.REVERSED, updated_at=at)
    return [(Screening, overtaken), (Consent, withdrawn), (Clearance, refuted)]


def restore_ended(ended: Iterable[Ended], *, at: datetime) -> None:
    """Let count again what a merge ended at that instant, unless something newer counts by now. After the rows have
    their own patients again."""
    for table, ids in ended:
        rows = table.objects.filter(pk__in=ids)
        if table is Consent:
            again = Consent.objects.filter(patient=OuterRef("patient"), text=OuterRef("text"), revoked_at=None)
            rows.filter(revoked_at=at).exclude(Exists(again)).update(revoked_at=None, revoked_by=None)
        elif table is Clearance:
            granted = Clearance.objects.filter(assessment_id=OuterRef("assessment_id"), ended_at=None)
            rows.filter(ended_at=at).exclude(Exists(granted)).update(ended_at=None, ended_reason="")


def restore_answers(patient_ids: Iterable[uuid.UUID]) -> None:
    """Let the newest answers of each patient count again who has none that do."""
    for patient_id in patient_ids:
        answers = Screening.objects.filter(patient=patient_id).order_by("-answered_at", "-pk")
        if not answers.filter(superseded_at=None).exists():
            Screening.objects.filter(pk__in=answers.values("pk")[:1]).update(superseded_at=None)


def _weight(answers: Screening) -> tuple[int, datetime]:
    gravity = 0 if answers.cleared_at else _GRAVITY.index(ScreeningOutcome(answers.outcome))
    return gravity, answers.answered_at


def _withdrawn(consents: Iterable[Consent]) -> list[uuid.UUID]:
    known = list(consents)
    revoked = [(one.patient_id, one.text.service_id, one.revoked_at) for one in known if one.revoked_at]
    return [
        one.pk
        for one in known
        if one.revoked_at is None
        and any(
            patient_id != one.patient_id and service_id == one.text.service_id and revoked_at >= one.given_at
            for patient_id, service_id, revoked_at in revoked
        )
    ]


def _refuted(patients: list[uuid.UUID]) -> list[uuid.UUID]:
    found = AssessmentVersion.objects.filter(assessment__patient__in=patients, signed_at__isnull=False)
    standing = found.exclude(Exists(found.filter(assessment=OuterRef("assessment"), number__gt=OuterRef("number"))))
    none_found = list(
        standing.exclude(outcome=AssessmentOutcome.CANDIDATE).values_list("assessment__patient", "region", "signed_at")
    )
    live = Clearance.objects.filter(patient__in=patients, ended_at=None)
    return [
        one.pk
        for one in live
        if any(
            patient_id != one.patient_id and region == one.region and signed_at and signed_at >= one.created_at
            for patient_id, region, signed_at in none_found
        )
    ]

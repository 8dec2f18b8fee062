"""Visits to come that the patient's own side no longer carries: answers that forbid them, an assessment that was
reversed, a consent taken back, a review that is due."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef

from backend.appointments.enums import MOVABLE_STATUSES, RuleCode, Status
from backend.appointments.models import Appointment
from backend.common import clock
from backend.patients.enums import ScreeningOutcome
from backend.patients.models import Clearance, Consent, ReviewPoint, Screening


def broken_by_patients(visits: Iterable[Appointment]) -> Mapping[uuid.UUID, tuple[RuleCode, ...]]:
    """The rules that refuse, by visit; the visits come with their service. Four statements.

    Answers that have merely run out are asked for again in time, and a newer text at check-in: neither is a risk.
    """
    asked = list(visits)
    patients = {visit.patient_id for visit in asked if visit.patient_id}
    if not patients:
        return {}
    current = Screening.objects.filter(patient_id__in=patients, superseded_at=None, cleared_at=None)
    blocked = set(current.exclude(outcome=ScreeningOutcome.CLEAR).values_list("patient_id", flat=True))
    live = Consent.objects.filter(patient_id__in=patients, revoked_at=None)
    agreed = set(live.values_list("patient_id", "text__service_id"))
    reviews = _due_reviews(patients)
    cleared = list(Clearance.objects.filter(patient_id__in=patients, ended_at=None))
    found: defaultdict[uuid.UUID, tuple[RuleCode, ...]] = defaultdict(tuple)
    for visit in asked:
        if visit.service.needs_screening and visit.patient_id in blocked:
            found[visit.pk] += (RuleCode.SCREENING_BLOCKED,)
        if visit.service.needs_clearance and not any(_carries(one, visit) for one in cleared):
            found[visit.pk] += (RuleCode.ASSESSMENT_NEEDED,)
        if visit.service.needs_consent and (visit.patient_id, visit.service_id) not in agreed:
            found[visit.pk] += (RuleCode.CONSENT_NEEDED,)
        if (visit.patient_id, visit.service_id) in reviews:
            found[visit.pk] += (RuleCode.REVIEW_DUE,)
    return found


def _due_reviews(patients: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Patients and services of courses that wait for their review (R14)."""
    done = Appointment.objects.filter(pk=OuterRef("due_after_id"), status=Status.COMPLETED)
    points = ReviewPoint.objects.filter(Exists(done), patient_id__in=patients)
    return set(points.values_list("patient_id", "service_id"))


def without_answers_on_the_day(visits: Iterable[Appointment]) -> list[Appointment]:
    """Those of services that ask for screening whose patient's answers do not reach the visit's day (R13)."""
    asked = list(visits)
    patients = {visit.patient_id for visit in asked if visit.patient_id}
    current = Screening.objects.filter(patient_id__in=patients, superseded_at=None)
    reaches = dict(current.values_list("patient_id", "valid_until"))
    return [visit for visit in asked if reaches.get(visit.patient_id, date.min) < _day(visit)]


def to_come(patient_id: uuid.UUID) -> list[Appointment]:
    """A patient's visits that are booked and to come."""
    found = Appointment.objects.filter(patient_id=patient_id, status__in=MOVABLE_STATUSES, starts_at__gt=clock.now())
    return list(found.select_related("patient", "practitioner", "service").order_by("starts_at", "pk"))


def _carries(clearance: Clearance, visit: Appointment) -> bool:
    is_for = (visit.patient_id, visit.service.discipline)
    return is_for == (clearance.patient_id, clearance.discipline) and (
        clearance.valid_from <= _day(visit) <= clearance.valid_until
    )


def _day(visit: Appointment) -> date:
    return date.fromisoformat(visit.local_start[:10])

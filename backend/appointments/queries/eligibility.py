"""What a patient still needs before a service can be booked, and where to go for each of it.

The gate of search is the first line of this list: `availability.gate` decides both.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.appointments.availability.gate import Gate, gate, missing
from backend.appointments.availability.gather import Facts, gather
from backend.appointments.enums import AssessmentState, RuleCode, Status, WaitsFor
from backend.appointments.models import Appointment
from backend.appointments.queries.decisions import decision_about
from backend.appointments.queries.question import question_of
from backend.appointments.rules.facts import Window
from backend.appointments.rules.sets import spaced
from backend.common import clock, walltime
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.patients.queries.visible import get_patient_to

# As far ahead as spacing is looked at: no service asks for a year.
AHEAD = timedelta(days=366)
_TO_COME = (Status.BOOKED, Status.CONFIRMED)
_HAPPENED = (Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is missing, on whom it waits, and the call that sees to it, if a call does."""

    code: RuleCode
    waits_for: WaitsFor
    operation_id: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All of it, in the order in which to see to it. `earliest_date` is the first that spacing leaves free."""

    patient_id: uuid.UUID
    service_id: uuid.UUID
    gate: Gate
    missing: Sequence[Step]
    assessment: AssessmentState
    assessment_appointment_id: uuid.UUID | None
    earliest_date: date | None

    @property
    def next_step(self) -> Step | None:
        """What to see to first; None: nothing, look for a time."""
        return self.missing[0] if self.missing else None


def eligibility_of(
    actor: Actor, *, patient_id: uuid.UUID, service: str, clinic_ids: Sequence[uuid.UUID] = ()
) -> Eligibility:
    """For a patient whom the caller may book for; with clinics, at any of these. Raises NotFound, PermissionDenied."""
    get_patient_to(actor, patient_id, Permission.APPOINTMENT_BOOK)
    today = clock.now().date()
    window = Window(today - timedelta(days=1), today + AHEAD)
    asked = question_of(actor, service=service, window=window, clinic_ids=clinic_ids, patient_id=patient_id)
    facts = gather(asked)
    state, appointment_id = _assessment(facts, patient_id)
    return Eligibility(
        patient_id=patient_id,
        service_id=facts.service.id,
        gate=gate(facts),
        missing=list(_steps(facts, patient_id, state, appointment_id)),
        assessment=state,
        assessment_appointment_id=appointment_id,
        earliest_date=_earliest(facts),
    )


def _steps(
    facts: Facts, patient_id: uuid.UUID, state: AssessmentState, appointment_id: uuid.UUID | None
) -> Iterator[Step]:
    patient = f"/v1/patients/{patient_id}"
    for code in missing(facts):
        if code == RuleCode.SCREENING_NEEDED:
            yield Step(code, WaitsFor.PATIENT, "createScreening", f"{patient}/screenings")
        elif code == RuleCode.CONSENT_NEEDED:
            yield Step(code, WaitsFor.PATIENT, "createConsent", f"{patient}/consents")
        elif code == RuleCode.ASSESSMENT_NEEDED and state == AssessmentState.BOOKED:
            yield Step(code, WaitsFor.PATIENT, "getAppointment", f"/v1/appointments/{appointment_id}")
        elif code == RuleCode.ASSESSMENT_NEEDED and state == AssessmentState.TO_BOOK:
            first = facts.service.assessment_service_id
            yield Step(code, WaitsFor.PATIENT, "listSlots", f"/v1/slots?service={first}&patient={patient_id}")
        else:
            yield Step(code, WaitsFor.CLINIC)


def _assessment(facts: Facts, patient_id: uuid.UUID) -> tuple[AssessmentState, uuid.UUID | None]:
    """Where the assessment stands, and its visit: the next one to come, else the last that took place.

    A visit awaits a decision until one is signed after its start; once a clearance has run out the way begins anew.
    """
    if RuleCode.ASSESSMENT_NEEDED not in missing(facts):
        return AssessmentState.NOT_NEEDED, None
    decision = decision_about(patient_id)
    to_come, past = (_visit(facts, patient_id, statuses) for statuses in (_TO_COME, _HAPPENED))
    if to_come is not None:
        return AssessmentState.BOOKED, to_come.pk
    visit_id = past.pk if past else None
    if past is not None and (decision is None or decision.decided_at < past.starts_at):
        return AssessmentState.AWAITING_DECISION, visit_id
    if decision is not None and not decision.is_candidate:
        return AssessmentState.NOT_CLEARED, visit_id
    if facts.service.assessment_service_id is None:
        return AssessmentState.AWAITING_DECISION, None
    return AssessmentState.TO_BOOK, None


def _visit(facts: Facts, patient_id: uuid.UUID, statuses: Sequence[Status]) -> Appointment | None:
    service_id = facts.service.assessment_service_id
    if service_id is None:
        return None
    visits = Appointment.objects.filter(patient_id=patient_id, service_id=service_id)
    return visits.filter(status__in=[str(one) for one in statuses]).order_by("-starts_at").first()


def _earliest(facts: Facts) -> date | None:
    """The first date, on any clinic's wall, from today on which no other visit of the service is too near (R8)."""
    found = []
    for place in facts.places:
        admitted, zone = spaced(place), place.clinic.zone
        days = (place.today + timedelta(days=ahead) for ahead in range(AHEAD.days))
        free = (day for day in days if walltime.day_periods(zone, day, day).bounds[0] in admitted)
        found += [day for day in (next(free, None),) if day]
    return min(found, default=None)

"""What stands before a service for this patient: in full for eligibility, in one word for search."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from backend.appointments.availability.gather import Facts
from backend.appointments.enums import GateStatus, RuleCode
from backend.appointments.rules import pathway
from backend.appointments.rules.sets import not_left_to_the_desk

# Where a service is given nowhere that was asked about, the date is Canada's last.
_WESTERNMOST = timedelta(hours=8)
STATUSES: Mapping[RuleCode, GateStatus] = {
    RuleCode.DESK_MUST_BOOK: GateStatus.DESK_MUST_BOOK,
    RuleCode.SCREENING_NEEDED: GateStatus.NEEDS_SCREENING,
    RuleCode.SCREENING_BLOCKED: GateStatus.BLOCKED,
    RuleCode.ASSESSMENT_NEEDED: GateStatus.NEEDS_ASSESSMENT,
    RuleCode.REVIEW_DUE: GateStatus.REVIEW_DUE,
    RuleCode.CONSENT_NEEDED: GateStatus.NEEDS_CONSENT,
}


@dataclass(frozen=True, slots=True)
class Gate:
    """`code` is the rule that would refuse, absent when open; `next_service_id` what to book first, if that helps."""

    status: GateStatus
    code: RuleCode | None = None
    next_service_id: uuid.UUID | None = None


def gate(facts: Facts) -> Gate:
    """The first of what is missing; with no patient, what the service asks of anybody (D7, D10, D13)."""
    code = next(missing(facts), None)
    if code is None:
        return Gate(GateStatus.OPEN)
    first = facts.service.assessment_service_id if code == RuleCode.ASSESSMENT_NEEDED else None
    return Gate(STATUSES[code], code, first)


def missing(facts: Facts) -> Iterator[RuleCode]:
    """The rules about the patient that refuse at every clinic asked about, whatever the start, in the order in which
    to see to them."""
    service, patient, days = facts.service, facts.patient, _days(facts)
    if facts.places and not any(not_left_to_the_desk(place) for place in facts.places):
        yield RuleCode.DESK_MUST_BOOK
    counting = {day for day in days if not pathway.lacks_screening(service, patient, day)}
    if not counting:
        yield RuleCode.SCREENING_NEEDED
    elif all(pathway.is_blocked(service, patient, day) for day in counting):
        yield RuleCode.SCREENING_BLOCKED
    if all(pathway.lacks_clearance(service, patient, day) for day in days):
        yield RuleCode.ASSESSMENT_NEEDED
    if pathway.awaits_review(patient):
        yield RuleCode.REVIEW_DUE
    if pathway.lacks_consent(service, patient):
        yield RuleCode.CONSENT_NEEDED


def _days(facts: Facts) -> set[date]:
    return {place.today for place in facts.places} or {(facts.now - _WESTERNMOST).date()}

"""What stands before a service for this patient, in one word that an app can branch on."""

import uuid
from dataclasses import dataclass

from backend.appointments.availability.gather import Facts
from backend.appointments.enums import GateStatus, RuleCode
from backend.appointments.rules.sets import not_left_to_the_desk


@dataclass(frozen=True, slots=True)
class Gate:
    """`code` is the rule that would refuse, absent when open; `next_service_id` what to book first, if that helps."""

    status: GateStatus
    code: RuleCode | None = None
    next_service_id: uuid.UUID | None = None


OPEN = Gate(GateStatus.OPEN)


def gate(facts: Facts) -> Gate:
    """Whether the patient may book the service at all; with no patient, what the service asks of anybody (D7)."""
    if facts.places and not any(not_left_to_the_desk(place) for place in facts.places):
        return Gate(GateStatus.DESK_MUST_BOOK, RuleCode.DESK_MUST_BOOK)
    if not facts.service.needs_clearance or (facts.patient and facts.patient.clearances):
        return OPEN
    return Gate(GateStatus.NEEDS_ASSESSMENT, RuleCode.ASSESSMENT_NEEDED, facts.service.assessment_service_id)

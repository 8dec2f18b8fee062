"""What stands before a service for this patient, in one word that an app can branch on."""

import uuid
from dataclasses import dataclass

from backend.appointments.availability.gather import Facts
from backend.appointments.enums import GateStatus, RuleCode


@dataclass(frozen=True, slots=True)
class Gate:
    """`code` is the rule that would refuse, and `next_service_id` what to book first; both absent when open."""

    status: GateStatus
    code: RuleCode | None = None
    next_service_id: uuid.UUID | None = None


OPEN = Gate(GateStatus.OPEN)


def gate(facts: Facts) -> Gate:
    """Whether the patient may have the service at all; with no patient, what the service asks of anybody (D7)."""
    if not facts.service.needs_clearance or (facts.patient and facts.patient.clearances):
        return OPEN
    return Gate(GateStatus.NEEDS_ASSESSMENT, RuleCode.ASSESSMENT_NEEDED, facts.service.assessment_service_id)

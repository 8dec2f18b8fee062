"""What a signed assessment means for the patient's clearances (D7, R15)."""

from typing import Any

from backend.care.enums import AssessmentOutcome
from backend.care.models import Assessment, AssessmentVersion
from backend.care.rules import CLEARED_FOR
from backend.common import clock
from backend.common.access import Actor
from backend.common.walltime import local_date_of, minute_of, zone
from backend.patients.actions.end_clearances import end_clearances
from backend.patients.actions.give_clearance import give_clearance
from backend.patients.enums import BodyRegion


def settle_clearance(actor: Actor, assessment: Assessment, signed: AssessmentVersion) -> None:
    """Clear the patient where the assessment found a candidate, and take clearances back where it finds none."""
    about: dict[str, Any] = {
        "patient_id": assessment.patient_id,
        "assessment_id": assessment.pk,
        "region": BodyRegion(signed.region),
    }
    if signed.outcome == AssessmentOutcome.CANDIDATE:
        first = local_date_of(minute_of(clock.now()), zone(assessment.clinic.timezone))
        give_clearance(actor, first=first, last=first + CLEARED_FOR, **about)
    else:
        end_clearances(actor, **about)

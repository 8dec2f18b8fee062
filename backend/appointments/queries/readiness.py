"""Whether a visit that is booked can begin: what the care pathway asks on the day itself (R13)."""

from dataclasses import replace
from datetime import timedelta

from backend.appointments.availability.gather import Question, gather
from backend.appointments.enums import RuleCode
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import Window
from backend.appointments.rules.registry import BY_CODE
from backend.common import walltime

# Those that can lapse between booking and visit.
ON_THE_DAY = tuple(
    BY_CODE[code]
    for code in (
        RuleCode.SCREENING_NEEDED,
        RuleCode.SCREENING_BLOCKED,
        RuleCode.ASSESSMENT_NEEDED,
        RuleCode.CONSENT_NEEDED,
        RuleCode.REVIEW_DUE,
    )
)
ONE_DAY = timedelta(days=1)


def refusing_on_the_day(visit: Appointment) -> list[RuleCode]:
    """The rules that refuse the visit as of its start: booking asks them as of now, check-in as of the visit's day."""
    day = visit.starts_at.date()
    question = Question(
        service_id=visit.service_id,
        window=Window(day - ONE_DAY, day + ONE_DAY),
        clinic_ids=(visit.clinic_id,),
        practitioner_ids=(visit.practitioner_id,),
        patient_id=visit.patient_id,
    )
    [place] = gather(question).places
    then, start = replace(place, now=visit.starts_at), walltime.minute_of(visit.starts_at)
    return [rule.code for rule in ON_THE_DAY if rule.at_place is not None and start not in rule.at_place(then)]

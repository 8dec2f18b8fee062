"""Asking the desk to see to visits that a patient's answers, an assessment that was reversed, or a consent taken back
no longer allow."""

import uuid

from backend.appointments.actions.door import lock
from backend.appointments.actions.flag_at_risk import flag_at_risk
from backend.appointments.queries.pathway import broken_by_patients, to_come
from backend.appointments.queries.uncovered import affected


def flag_patients_visits(*, patient_id: uuid.UUID) -> int:
    """Open a task for each, unless one is open; how many were new. The visits stay.

    Behind the patient's lock: a booking that read the answers of before is waited for, and a later one reads these.
    """
    lock([patient_id])
    visits = to_come(patient_id)
    broken = broken_by_patients(visits)
    return flag_at_risk(affected=[affected(visit, broken[visit.pk]) for visit in visits if visit.pk in broken])

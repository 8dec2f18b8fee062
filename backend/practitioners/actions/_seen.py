"""What a change broke, as far as the caller may know of it."""

from collections.abc import Iterable
from dataclasses import replace

from backend.clinics.consequences import AffectedVisit
from backend.common.access import Actor
from backend.common.permissions import Permission


def as_seen(actor: Actor, affected: Iterable[AffectedVisit]) -> list[AffectedVisit]:
    """Every visit, but without the patient's name where the caller may not read the clinic's visits.

    A practitioner of two clinics has visits at both, and the managers of one do not know the other's patients.
    """
    return [
        visit if actor.may(Permission.APPOINTMENT_READ, clinic_id=visit.clinic_id) else replace(visit, patient_name="")
        for visit in affected
    ]

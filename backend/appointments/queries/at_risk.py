"""Booked visits that set-up no longer covers. Worked out whenever somebody asks, by the rules themselves: nothing is
kept that could go stale, and what was moved, given to somebody else or cancelled is gone from it at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from backend.appointments.models import Appointment
from backend.appointments.queries.day import who_is_shown
from backend.appointments.queries.uncovered import at_risk_among
from backend.appointments.querysets import AppointmentQuerySet
from backend.clinics.consequences import AffectedVisit
from backend.common.access import Actor
from backend.practitioners.queries.files import get_practitioner_for


@dataclass(frozen=True, slots=True)
class AtRisk:
    """The visits as rows, to be listed in an order, and what is wrong with each, by id."""

    rows: AppointmentQuerySet
    why: Mapping[uuid.UUID, AffectedVisit]


def at_risk_with(actor: Actor, practitioner_id: uuid.UUID) -> AtRisk:
    """Those of a practitioner, at the clinics where the caller sees visits. Raises NotFound, PermissionDenied."""
    practitioner = get_practitioner_for(actor, practitioner_id)
    return _at_risk(Appointment.objects.visible_to(actor).filter(practitioner=practitioner))


def at_risk_at(actor: Actor, clinic_id: uuid.UUID) -> AtRisk:
    """Those at a clinic; for a practitioner there, the own. Raises NotFound, PermissionDenied."""
    clinic, only = who_is_shown(actor, clinic_id)
    visits = Appointment.objects.filter(clinic=clinic)
    return _at_risk(visits.filter(practitioner_id=only) if only else visits)


def _at_risk(visits: AppointmentQuerySet) -> AtRisk:
    why = {one.appointment_id: one for one in at_risk_among(visits)}
    return AtRisk(Appointment.objects.filter(pk__in=why), why)

"""Visits as a caller may see them."""

import uuid

from backend.appointments.models import Appointment
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.shown import OF_OTHERS, OWN, read_visit
from backend.appointments.querysets import AppointmentQuerySet
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission


def visits_for(actor: Actor, permission: Permission = Permission.APPOINTMENT_READ) -> AppointmentQuerySet:
    """The visits over which the caller holds the right, with all that an answer shows of them."""
    return Appointment.objects.visible_to(actor, permission).select_related(
        "clinic", "practitioner", "service", "patient", "room"
    )


def shown_visits_for(actor: Actor) -> AppointmentQuerySet:
    """The visits that the caller may see, with just what an answer shows of them."""
    names = [f"{other}__{name}" for other, (_, names) in OF_OTHERS.items() for name in names]
    return visits_for(actor).only(*OWN, *names)


def get_visit_for(actor: Actor, appointment_id: uuid.UUID) -> Appointment:
    """One visit, if the caller may see it. Raises NotFound otherwise, for a hold too (R6)."""
    visit: Appointment | None = visits_for(actor).filter(pk=appointment_id).first()
    if visit is None:
        raise NotFound
    return visit


def see_visit(actor: Actor, appointment_id: uuid.UUID) -> SeenVisit:
    """One visit as the caller sees it at this moment; else as `get_visit_for`."""
    found = read_visit(actor, appointment_id)
    if found is None:
        raise NotFound
    now, visit = found
    return SeenVisit(visit, actor, now)

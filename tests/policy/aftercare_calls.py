"""Valid calls of what is recorded of sessions and reported after them, and what must have happened before."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.models import SessionRecord
from backend.clinics.models import Service
from backend.common import clock
from tests.care.sessions import WHOLE
from tests.policy.world import World

Parts = dict[str, Any]
Aim = Callable[[World, str, str], Parts]
Ready = Callable[[World], None]
DISTANCES = ("own", "same_clinic", "other_clinic", "absent")


def visit(**parts: Any) -> Aim:
    """At the visit at that distance."""

    def aim(world: World, actor: str, target: str) -> Parts:
        return {"path": {"appointment_id": world.visit(actor, target)}, **parts}

    return aim


def treated(world: World) -> None:
    """As if every visit had been one with needles, and is over."""
    Service.objects.filter(pk=world.cast.physio_follow_up.pk).update(needs_screening=True)
    world.move_visits(Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED)


def recorded(world: World) -> None:
    """Every visit has its record, ready to be signed."""
    treated(world)
    for row in Appointment.objects.filter(status=Status.COMPLETED):
        SessionRecord.objects.create(appointment=row, **WHOLE)


def signed(world: World) -> None:
    """Every visit has its record, signed."""
    recorded(world)
    SessionRecord.objects.update(status="signed", signed_at=clock.now(), signed_by=world.cast.owner)


AFTERCARE: Mapping[str, tuple[Aim, tuple[str, ...], Ready]] = {
    "createSessionRecord": (visit(body=WHOLE), DISTANCES, treated),
    "getSessionRecord": (visit(), DISTANCES, recorded),
    "updateSessionRecord": (visit(body={"note": "More"}, if_match="*"), DISTANCES, recorded),
    "signSessionRecord": (visit(), DISTANCES, recorded),
    "amendSessionRecord": (visit(body={"note": "More", "reason": "Forgotten"}), DISTANCES, signed),
}

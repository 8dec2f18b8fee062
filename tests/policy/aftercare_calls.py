"""Valid calls of what is recorded of sessions and reported after them, and what must have happened before."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.models import AdviceTemplate, SessionRecord
from backend.clinics.models import Clinic, Service
from backend.common import clock
from tests.care.advice import LINES
from tests.care.sessions import WHOLE, how
from tests.policy.setup_calls import CLINICS, ROWS, at_clinic
from tests.policy.world import ABSENT, World

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


def yesterday(world: World) -> None:
    """Every visit was one with needles, and ended a little more than a day ago."""
    treated(world)
    ended = clock.now().replace(second=0, microsecond=0) - timedelta(hours=25)
    begun = ended - timedelta(minutes=30)
    over = Appointment.objects.filter(status=Status.COMPLETED)
    over.update(occupied_from=begun, starts_at=begun, ends_at=ended, occupied_until=ended)


def advice(status: str, code: str) -> Ready:
    """Both clinics have a version of what they tell after a service."""

    def ready(world: World) -> None:
        cast = world.cast
        Clinic.objects.update(cold_or_heat="heat")
        vouched = {} if status == "draft" else {"approved_at": clock.now(), "approved_by": cast.ims}
        for clinic in (cast.coquitlam, cast.langley):
            about = {"clinic": clinic, "service": Service.objects.get(code=code), "region": "any", "version": 1}
            AdviceTemplate.objects.create(**about, status=status, lines=LINES, **vouched)

    return ready


def template(world: World, actor: str, target: str) -> Parts:
    """At a version of that clinic."""
    clinic = {"at_home": world.home(actor), "elsewhere": world.away(actor)}.get(target)
    row = AdviceTemplate.objects.filter(clinic=clinic).first() if clinic else None
    return {"path": {"template_id": row.pk if row else ABSENT}}


def draft(world: World, actor: str, target: str) -> Parts:
    """For the IMS treatment of that clinic."""
    return at_clinic(body={"service_id": str(world.cast.ims_treatment.pk), "lines": LINES})(world, actor, target)


AFTERCARE: Mapping[str, tuple[Aim, tuple[str, ...], Ready]] = {
    "createSessionRecord": (visit(body=WHOLE), DISTANCES, treated),
    "getSessionRecord": (visit(), DISTANCES, recorded),
    "updateSessionRecord": (visit(body={"note": "More"}, if_match="*"), DISTANCES, recorded),
    "signSessionRecord": (visit(), DISTANCES, recorded),
    "amendSessionRecord": (visit(body={"note": "More", "reason": "Forgotten"}), DISTANCES, signed),
    "getAdvice": (visit(), DISTANCES, advice("active", "physio-follow-up")),
    "listAdviceTemplates": (at_clinic(), CLINICS, advice("active", "physio-follow-up")),
    "createAdviceTemplate": (draft, CLINICS, lambda _world: None),
    "approveAdviceTemplate": (template, ROWS, advice("draft", "ims-treatment")),
    "activateAdviceTemplate": (template, ROWS, advice("approved", "ims-treatment")),
    "listCheckIns": (visit(), DISTANCES, yesterday),
    "createCheckIn": (visit(body=how()), DISTANCES, yesterday),
}

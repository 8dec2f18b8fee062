"""Moving a visit to another time, clinic or practitioner."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.appointments.actions.agreeing import agreeing
from backend.appointments.actions.amend import Shifted
from backend.appointments.actions.movable import require_movable
from backend.appointments.actions.move import move
from backend.appointments.actions.take import TRIES, take
from backend.appointments.actions.whom import named, require_verified_email
from backend.appointments.actions.wish import Override, Wish, check_overrides
from backend.appointments.availability.gather import Besides, Facts
from backend.appointments.errors import RescheduleLimitReached
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import moves_of
from backend.appointments.queries.visits import get_visit_for
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.clinics.models import Clinic
from backend.common.access import Actor
from backend.common.errors import DomainError, EtagMismatch, NotFound, PermissionDenied, Unavailable
from backend.common.permissions import Permission
from backend.common.walltime import local_date_of, minute_of, zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a visit is to go. Without a clinic it stays at its own; `anyone` lets the server pick who gives it, else
    without a practitioner it keeps its own."""

    starts_at: datetime
    clinic_id: uuid.UUID | None = None
    practitioner_id: uuid.UUID | None = None
    anyone: bool = False

    def wish_for(self, visit: Appointment, overrides: Sequence[Override]) -> Wish:
        """The time that is wanted, as if the visit did not take its own."""
        practitioner_id = None if self.anyone else self.practitioner_id or visit.practitioner_id
        return Wish(
            visit.service_id,
            self.clinic_id or visit.clinic_id,
            self.starts_at,
            practitioner_id,
            visit.patient_id,
            tuple(overrides),
            Besides.of(visit),
        )


def reschedule_appointment(
    actor: Actor,
    *,
    appointment_id: uuid.UUID,
    target: Target,
    overrides: Sequence[Override] = (),
    consents: Sequence[uuid.UUID] = (),
    expected_version: int | None = None,
) -> Appointment:
    """Move a visit: the same row with the same id, so that it has one place at every moment; the price and the policy
    stay those it was booked under. If the new time cannot be had, the visit keeps the old one, and `consents` were not
    given (D13).

    Raises NotFound, PermissionDenied, EmailNotVerified, OverrideNotAllowed, EtagMismatch, InvalidTransition,
    RescheduleLimitReached, SlotTaken (with alternatives), PatientOverlap, SlotNotBookable, Unavailable.
    """
    for _ in range(TRIES):
        visit = get_visit_for(actor, appointment_id)
        if expected_version not in (None, visit.version):
            raise EtagMismatch
        try:
            with agreeing(actor, named(visit.patient_id), consents):
                return _reschedule(actor, visit, target, overrides)
        except Shifted:
            continue
        except DomainError:
            # It may have been refused for where the visit is by now: then that is where to begin.
            if get_visit_for(actor, appointment_id).version == visit.version:
                raise
    raise Unavailable(retry_after_seconds=1)


def _reschedule(actor: Actor, visit: Appointment, target: Target, overrides: Sequence[Override]) -> Appointment:
    wish = target.wish_for(visit, overrides)
    is_staff = _require_right(actor, visit, wish)
    require_movable(visit)
    if _is_there(visit, target):
        return visit
    if not is_staff:
        _require_within_limits(visit, wish)

    def write(facts: Facts, lane: Lane, room: RoomFacts) -> Appointment:
        move(actor, visit=visit, wish=wish, lane=lane, room=room, now=facts.now, by_patient=not is_staff)
        return visit

    return take(wish, write)


def _require_right(actor: Actor, visit: Appointment, wish: Wish) -> bool:
    """Whether the caller moves it as staff, of both clinics; else they do as the patient or a guardian."""
    book = Permission.APPOINTMENT_BOOK
    is_staff = all(actor.may(book, clinic_id=clinic_id) for clinic_id in (visit.clinic_id, wish.clinic_id))
    if not is_staff and visit.patient_id not in actor.own_patients(book):
        raise PermissionDenied
    require_verified_email(actor, clinic_id=visit.clinic_id)
    check_overrides(actor, wish.overrides, clinic_id=wish.clinic_id)
    return is_staff


def _require_within_limits(visit: Appointment, wish: Wish) -> None:
    policy = moves_of(visit)
    if not policy.left:
        raise RescheduleLimitReached
    if local_date_of(minute_of(wish.starts_at), _zone_of(visit, wish)) > policy.latest_date:
        raise RescheduleLimitReached("That is too long after the date it was first booked for. Ask the clinic.")


def _zone_of(visit: Appointment, wish: Wish) -> ZoneInfo:
    name: str | None = visit.timezone
    if wish.clinic_id != visit.clinic_id:
        name = Clinic.objects.filter(pk=wish.clinic_id).values_list("timezone", flat=True).first()
    if name is None:
        raise NotFound
    return zone(name)


def _is_there(visit: Appointment, target: Target) -> bool:
    return (
        target.starts_at == visit.starts_at
        and target.clinic_id in (None, visit.clinic_id)
        and (target.anyone or target.practitioner_id in (None, visit.practitioner_id))
    )

"""Two visits change places."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from backend.appointments.actions.amend import Shifted
from backend.appointments.actions.chronicle import PLACE, difference, told, write_down
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.draft import times
from backend.appointments.actions.movable import require_movable
from backend.appointments.actions.move import moved_once, previous, settle_move
from backend.appointments.actions.take import TRIES
from backend.appointments.actions.wish import Override, Wish, check_overrides, refusal
from backend.appointments.availability.gather import Besides, gather
from backend.appointments.event_types import AppointmentRescheduled
from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_visit_for
from backend.appointments.rules.facts import Lane
from backend.appointments.rules.registry import refusing
from backend.common import walltime
from backend.common.access import Actor
from backend.common.batches import in_one_statement
from backend.common.db import as_domain_error
from backend.common.errors import DomainError, EtagMismatch, FieldCode, FieldError, Unavailable, ValidationFailed
from backend.common.permissions import Permission

_COLUMNS = (*PLACE, "occupied_from", "ends_at", "occupied_until", "local_start", "timezone", "overrides")
_COUNTED = ("original_date", "revision", "version", "updated_at")


@dataclass(frozen=True, slots=True)
class Known:
    """A visit, and its version as the caller knows it; None for whichever it is."""

    appointment_id: uuid.UUID
    version: int | None = None


@dataclass(frozen=True, slots=True)
class _Swap:
    """One of the two, and the wish to be where the other is: as if neither took any time."""

    visit: Appointment
    wish: Wish
    rather: tuple[uuid.UUID, ...]
    """The rooms it would rather have: that of the other, which comes with the place, then its own."""


def swap_appointments(
    actor: Actor, *, visits: tuple[Known, Known], reason: str, overrides: Sequence[Override] = ()
) -> None:
    """Let two visits change places: start, clinic, practitioner and room of one become those of the other. Service,
    patient, price and policy of each stay. Both go or neither, and nobody can come between.

    Raises NotFound, PermissionDenied, ValidationFailed, EtagMismatch, OverrideNotAllowed, InvalidTransition,
    SlotTaken, PatientOverlap, SlotNotBookable, Unavailable.
    """
    if visits[0].appointment_id == visits[1].appointment_id:
        error = FieldError("/with_appointment_id", FieldCode.INVALID, "Name another visit.")
        raise ValidationFailed(errors=(error,))
    patience = Patience()
    for _ in range(TRIES):
        one, other = (_load(actor, known, overrides) for known in visits)
        unchanged = _as_read((one, other))
        try:
            return _swap(actor, _swaps(one, other, tuple(overrides)), reason, patience)
        except Shifted:
            continue
        except DomainError:
            # They may have been refused for where they are by now: then that is where to begin.
            if unchanged.count() == len(visits):
                raise
    raise Unavailable(retry_after_seconds=1)


def _swap(actor: Actor, swaps: Sequence[_Swap], reason: str, patience: Patience) -> None:
    places = [_place(swap) for swap in swaps]
    try:
        patience.run(lambda: _write(actor, swaps, places, reason))
    except IntegrityError as error:
        # Where they go the two may be in each other's way; constraints alone can see that.
        raise as_domain_error(error) or error from error


def _load(actor: Actor, known: Known, overrides: Sequence[Override]) -> Appointment:
    visit = get_visit_for(actor, known.appointment_id)
    actor.require(Permission.APPOINTMENT_BOOK, clinic_id=visit.clinic_id)
    if known.version not in (None, visit.version):
        raise EtagMismatch
    check_overrides(actor, overrides, clinic_id=visit.clinic_id)
    require_movable(visit)
    return visit


def _swaps(one: Appointment, other: Appointment, overrides: tuple[Override, ...]) -> list[_Swap]:
    both = Besides.of(one, also=Besides.of(other))

    def wish(visit: Appointment, place: Appointment) -> Wish:
        where = (place.clinic_id, place.starts_at, place.practitioner_id)
        return Wish(visit.service_id, *where, visit.patient_id, overrides, both)

    rooms = (other.room_id, one.room_id)
    return [_Swap(one, wish(one, other), rooms), _Swap(other, wish(other, one), rooms[::-1])]


def _place(swap: _Swap) -> dict[str, Any]:
    """The columns of where it goes. Raises what its rules refuse it for."""
    facts = gather(swap.wish.question)
    [place], [practitioner] = facts.places, facts.practitioners
    start = walltime.minute_of(swap.wish.starts_at)
    if refused := refusing(Lane(place, practitioner), start, rules=swap.wish.rules):
        raise refusal(refused)
    free = [room.id for room in place.clinic.rooms if start in place.clear_of(room.busy)]
    return {
        "practitioner_id": practitioner.id,
        "clinic_id": place.clinic.id,
        "room_id": next((room for room in swap.rather if room in free), free[0]),
        **times(swap.wish.starts_at, place),
        "overrides": swap.wish.overrides_kept,
    }


def _write(actor: Actor, swaps: Sequence[_Swap], places: Sequence[dict[str, Any]], reason: str) -> None:
    visits = [swap.visit for swap in swaps]
    with door(
        practitioner_ids=[visit.practitioner_id for visit in visits],
        room_ids=[*(visit.room_id for visit in visits), *(place["room_id"] for place in places)],
        patient_ids=[visit.patient_id for visit in visits if visit.patient_id],
    ) as now:
        if _as_read(visits).count() < len(visits) or [_place(swap) for swap in swaps] != list(places):
            raise Shifted
        before = [({name: getattr(visit, name) for name in PLACE}, told(visit)) for visit in visits]
        _exchange(visits, places, now)
        reasons = "; ".join(filter(None, (reason, swaps[0].wish.reasons)))[:500]
        with in_one_statement():
            for visit, (was, was_told) in zip(visits, before, strict=True):
                _tell(actor, visit, was, was_told, now=now, reason=reasons)


def _as_read(visits: Sequence[Appointment]) -> QuerySet[Appointment]:
    """The rows, unless they have changed since."""
    same = (Q(pk=visit.pk, version=visit.version) for visit in visits)
    return Appointment.objects.filter(reduce(or_, same))


def _exchange(visits: Sequence[Appointment], places: Sequence[dict[str, Any]], now: datetime) -> None:
    """One statement, at whose end the constraints look (R5): between its two rows they overlap."""
    untouched = _as_read(visits)
    for visit, place in zip(visits, places, strict=True):
        for column, value in {**place, **moved_once(visit), "version": visit.version + 1, "updated_at": now}.items():
            setattr(visit, column, value)
    if untouched.bulk_update(visits, (*_COLUMNS, *_COUNTED)) < len(visits):
        raise Shifted


def _tell(
    actor: Actor,
    visit: Appointment,
    was: dict[str, Any],
    was_told: dict[str, Any],
    *,
    now: datetime,
    reason: str,
) -> None:
    write_down(
        visit,
        came_from=visit.status,
        by=actor.user_id,
        at=now,
        reason=reason,
        changes=difference(was_told, told(visit)),
        event=AppointmentRescheduled,
        **previous(was),
        revision=visit.revision,
    )
    settle_move(actor, visit, was["clinic_id"], was_told, reason=reason, action="swapped")

"""Putting a visit somewhere else: the same row, written inside the door."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backend.appointments.actions.amend import amend
from backend.appointments.actions.chronicle import PLACE, difference, told
from backend.appointments.actions.draft import times
from backend.appointments.actions.wish import Wish
from backend.appointments.event_types import AppointmentRescheduled
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import policy_of
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.audit.actions import record
from backend.common.access import Actor
from backend.patients.actions.link_to_clinic import link_to_clinic
from backend.patients.enums import LinkOrigin


def move(
    actor: Actor, *, visit: Appointment, wish: Wish, lane: Lane, room: RoomFacts, now: datetime, by_patient: bool
) -> None:
    """Write the new place and time over the old ones. Raises Shifted when the visit has changed since it was read."""
    values = {**_place(wish, lane, room), "overrides": wish.overrides_kept}
    if by_patient:
        values |= _account(visit, now)
    relocate(actor, visit=visit, values=values, now=now, reason=wish.reasons)


def relocate(
    actor: Actor,
    *,
    visit: Appointment,
    values: Mapping[str, Any],
    now: datetime,
    reason: str,
    action: str = "rescheduled",
) -> None:
    """Write what changes of its place and time, with history, event and audit; `action` is what the audit log calls
    it. What the clinic moves costs the patient nothing. Raises Shifted when the visit has changed since it was read.
    """
    before, was_told = {name: getattr(visit, name) for name in PLACE}, told(visit)
    amend(
        visit,
        {**values, **moved_once(visit)},
        by=actor.user_id,
        at=now,
        reason=reason,
        event=AppointmentRescheduled,
        **previous(before),
        revision=visit.revision + 1,
    )
    settle_move(actor, visit, before["clinic_id"], was_told, reason=reason, action=action)


def moved_once(visit: Appointment) -> dict[str, Any]:
    """What any move counts: the next revision, and from which date it was first."""
    original = visit.original_date or date.fromisoformat(visit.local_start[:10])
    return {"original_date": original, "revision": visit.revision + 1}


def previous(before: Mapping[str, Any]) -> dict[str, Any]:
    """What the event tells of where it was."""
    return {f"previous_{name}": before[name] for name in ("starts_at", "clinic_id", "practitioner_id")}


def settle_move(
    actor: Actor, visit: Appointment, old_clinic_id: uuid.UUID, was_told: Mapping[str, Any], *, reason: str, action: str
) -> None:
    """What follows a move: the patient is one of the new clinic's, and the audit log says who did it."""
    if visit.patient_id and visit.clinic_id != old_clinic_id:
        link_to_clinic(patient_id=visit.patient_id, clinic_id=visit.clinic_id, origin=LinkOrigin.BOOKING)
    changes = difference(was_told, told(visit))
    record(
        actor,
        f"appointment.{action}",
        subject_type="appointment",
        subject_id=visit.pk,
        patient_id=visit.patient_id,
        clinic_id=visit.clinic_id,
        before={name: change["before"] for name, change in changes.items()},
        after={name: change["after"] for name, change in changes.items()},
        reason=reason,
    )


def _place(wish: Wish, lane: Lane, room: RoomFacts) -> dict[str, Any]:
    return {
        "practitioner_id": lane.practitioner.id,
        "clinic_id": lane.place.clinic.id,
        "room_id": room.id,
        **times(wish.starts_at, lane.place),
    }


def _account(visit: Appointment, now: datetime) -> dict[str, Any]:
    """What a move by the patient does to the next ones, and to the fee."""
    free_until = policy_of(visit).free_until
    return {
        "moves_by_patient": visit.moves_by_patient + 1,
        "free_ended_at": free_until if now > free_until else None,
    }

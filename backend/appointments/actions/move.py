"""Putting a visit somewhere else: the same row, written inside the door."""

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
    before, was_told = {name: getattr(visit, name) for name in PLACE}, told(visit)
    amend(
        visit,
        {**_place(wish, lane, room), **_account(visit, now, by_patient=by_patient), "overrides": wish.overrides_kept},
        by=actor.user_id,
        at=now,
        reason=wish.reasons,
        event=AppointmentRescheduled,
        **{f"previous_{name}": before[name] for name in ("starts_at", "clinic_id", "practitioner_id")},
        revision=visit.revision + 1,
    )
    if visit.patient_id and visit.clinic_id != before["clinic_id"]:
        link_to_clinic(patient_id=visit.patient_id, clinic_id=visit.clinic_id, origin=LinkOrigin.BOOKING)
    changes = difference(was_told, told(visit))
    record(
        actor,
        "appointment.rescheduled",
        subject_type="appointment",
        subject_id=visit.pk,
        patient_id=visit.patient_id,
        clinic_id=visit.clinic_id,
        before={name: change["before"] for name, change in changes.items()},
        after={name: change["after"] for name, change in changes.items()},
        reason=wish.reasons,
    )


def _place(wish: Wish, lane: Lane, room: RoomFacts) -> dict[str, Any]:
    return {
        "practitioner_id": lane.practitioner.id,
        "clinic_id": lane.place.clinic.id,
        "room_id": room.id,
        **times(wish.starts_at, lane.place),
    }


def _account(visit: Appointment, now: datetime, *, by_patient: bool) -> dict[str, Any]:
    """What the move does to the next ones, and to the fee: the clinic's own moves cost the patient nothing."""
    original = visit.original_date or date.fromisoformat(visit.local_start[:10])
    kept = {"original_date": original, "revision": visit.revision + 1}
    if not by_patient:
        return kept
    free_until = policy_of(visit).free_until
    return {
        **kept,
        "moves_by_patient": visit.moves_by_patient + 1,
        "free_ended_at": free_until if now > free_until else None,
    }

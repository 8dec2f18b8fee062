"""Changing a room, or taking it out of use."""

import uuid

from backend.clinics.actions._write import change, lock
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.facts import RoomFacts
from backend.clinics.models import Room
from backend.clinics.queries.setup import get_row_for
from backend.common.access import Actor


def change_room(
    actor: Actor, *, room_id: uuid.UUID, changes: RoomFacts, expected_version: int | None, dry_run: bool = False
) -> Outcome[Room]:
    """Change a room; `is_active` false takes it out of use. Visits that lose it stay booked, and are named.

    Raises NotFound, EtagMismatch, RoomNameTaken.
    """
    room = get_row_for(actor, Room, room_id)
    with changing(Scope(clinic_ids=frozenset({room.clinic_id})), dry_run=dry_run) as broken:
        room = lock(room, expected_version)
        change(actor, room, changes)
    return Outcome(room, broken.affected)

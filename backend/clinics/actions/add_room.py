"""Adding a room."""

import uuid

from backend.clinics.actions._write import add
from backend.clinics.consequences import adding
from backend.clinics.facts import RoomFacts
from backend.clinics.models import Room
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor


def add_room(actor: Actor, *, clinic_id: uuid.UUID, facts: RoomFacts, dry_run: bool = False) -> Room:
    """Add a room to a clinic. Raises NotFound, PermissionDenied, RoomNameTaken."""
    clinic = get_clinic_for(actor, clinic_id)
    with adding(dry_run=dry_run):
        return add(actor, Room(clinic=clinic, **facts))

"""Setting up clinics: their data, policy and rooms."""

import uuid
from typing import cast

from backend.clinics import models
from backend.clinics.actions.add_room import add_room
from backend.clinics.actions.change_clinic import change_clinic
from backend.clinics.actions.change_policy import change_policy
from backend.clinics.actions.change_room import change_room
from backend.clinics.actions.create_clinic import create_clinic
from backend.clinics.api.place_shapes import (
    ClinicChangesRequest,
    ClinicPolicy,
    ClinicRequest,
    ManagedClinic,
    PolicyChangesRequest,
    Room,
    RoomChangesRequest,
    RoomRequest,
)
from backend.clinics.consequences import Outcome
from backend.clinics.errors import ColdOrHeatChosen, RoomNameTaken, SlugTaken
from backend.clinics.facts import ClinicFacts, PolicyFacts, RoomFacts
from backend.clinics.queries.setup import get_clinic_for, get_row_for, rows_at
from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission


class CreateClinic(Operation):
    """Open a clinic.

    It has the usual policy, and neither rooms, hours, services nor staff yet.
    """

    permission = Permission.CLINIC_CREATE
    accepts = ClinicRequest
    returns = changed(ManagedClinic)
    status = 201
    raises = (SlugTaken,)

    def handle(self, call: Call) -> Reply:
        """Owners."""
        clinic = create_clinic(call.actor, facts=cast(ClinicFacts, call.body))
        return Reply(Outcome(clinic), location=f"/v1/clinics/{clinic.pk}")


class UpdateClinic(Operation):
    """Change a clinic, or withdraw it.

    A clinic is never deleted: `is_active` false hides it and ends booking, and true brings it back. Booked visits stay
    booked; those that the change no longer covers are named. The etag is that of getClinic and of the policy.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = ClinicChangesRequest
    returns = changed(ManagedClinic)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        found = change_clinic(
            call.actor,
            clinic_id=clinic_id,
            changes=cast(ClinicFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class GetClinicPolicy(Operation):
    """Read how visits are booked and cancelled at a clinic.

    The policy of the clinic itself; a service may differ there, see listClinicServices.
    """

    permission = Permission.CLINIC_MANAGE
    returns = ClinicPolicy

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return Reply(get_clinic_for(call.actor, clinic_id))


class UpdateClinicPolicy(Operation):
    """Change how visits are booked and cancelled at a clinic.

    For visits booked from now on: a visit that is booked keeps the policy it was booked under.
    """

    permission = Permission.CLINIC_MANAGE
    accepts = PolicyChangesRequest
    returns = ClinicPolicy
    raises = (ColdOrHeatChosen,)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        expected = call.expected_version
        return Reply(
            change_policy(
                call.actor, clinic_id=clinic_id, changes=cast(PolicyFacts, call.body), expected_version=expected
            )
        )


class ListRooms(Operation):
    """List the rooms of a clinic.

    By name, those that are out of use among them.
    """

    permission = Permission.CLINIC_MANAGE
    query = PageQuery
    returns = page_of(Room)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return paginate(call, rows_at(call.actor, models.Room, clinic_id), order=["name", "id"])


class CreateRoom(Operation):
    """Add a room to a clinic.

    Visits of services that ask for its kind can be booked into it at once.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = RoomRequest
    returns = changed(Room)
    status = 201
    raises = (RoomNameTaken,)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        dry_run = call.query.get("dry_run", False)
        room = add_room(call.actor, clinic_id=clinic_id, facts=cast(RoomFacts, call.body), dry_run=dry_run)
        return Reply(Outcome(room), location=f"/v1/rooms/{room.pk}")


class GetRoom(Operation):
    """Read one room.

    As listRooms shows it, with the etag that a change of it needs.
    """

    permission = Permission.CLINIC_MANAGE
    returns = Room

    def handle(self, call: Call, room_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        return Reply(get_row_for(call.actor, models.Room, room_id))


class UpdateRoom(Operation):
    """Change a room, or take it out of use.

    A room is never deleted. Booked visits stay booked; those that lose their room are named.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = RoomChangesRequest
    returns = changed(Room)
    raises = (RoomNameTaken,)

    def handle(self, call: Call, room_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        found = change_room(
            call.actor,
            room_id=room_id,
            changes=cast(RoomFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)

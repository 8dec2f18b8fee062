"""Valid calls of what sets clinics, services and members up, aimed by an actor at a clinic or at what belongs to it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import make_token
from backend.clinics.models import Clinic, Closure, MemberInvitation, Membership, OpeningHours, Room
from tests.policy.world import ABSENT, World

Parts = dict[str, Any]
Aim = Callable[[World, str, str], Parts]
CLINICS = ("at_home", "elsewhere", "withdrawn", "absent")
ROWS = ("at_home", "elsewhere", "absent")

NAMES = {"name": "New", "name_fr": "Neuf", "description": "New.", "description_fr": "Neuf."}
SERVICE = {**NAMES, "code": "new", "discipline": "ims", "duration_minutes": 30, "room_kind": "treatment"}
CLINIC = {
    "slug": "new",
    "name": "New",
    "street": "1 New Street",
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2R 1K7",
    "latitude": 51,
    "longitude": -114,
    "timezone": "America/Edmonton",
    "phone": "+14035550123",
    "email": "new@example.test",
}


def _place(world: World, actor: str, target: str) -> Clinic | None:
    return {"at_home": world.home(actor), "elsewhere": world.away(actor), "withdrawn": world.cast.toronto}.get(target)


def at_clinic(**parts: Any) -> Aim:
    """At a clinic's own address or below it."""

    def aim(world: World, actor: str, target: str) -> Parts:
        clinic = _place(world, actor, target)
        return {"path": {"clinic_id": clinic.pk if clinic else ABSENT}, **parts}

    return aim


def at_row(model: type[Any], name: str, **parts: Any) -> Aim:
    """At a row that belongs to a clinic."""

    def aim(world: World, actor: str, target: str) -> Parts:
        clinic = _place(world, actor, target)
        row_id: uuid.UUID = model.objects.filter(clinic=clinic).order_by("pk")[0].pk if clinic else ABSENT
        return {"path": {name: row_id}, **parts}

    return aim


def accept_membership(world: World, actor: str, target: str) -> Parts:
    """By whoever reads the mail to the stranger."""
    token = make_token(MemberInvitation.objects.get(clinic=world.cast.coquitlam).pk, InvitationPurpose.MEMBER)
    return {"body": {"token": token}}


def at_service(world: World, actor: str, target: str) -> Parts:
    """At a service of the chain."""
    known = {"shown": world.cast.physio_follow_up.pk, "withdrawn": world.cast.massage.pk}
    return {"path": {"service_id": known.get(target, ABSENT)}, "body": {"name": "Renamed"}, "if_match": "*"}


def offer(world: World, actor: str, target: str) -> Parts:
    """A service on a clinic's list."""
    parts = at_clinic(body={"price_minor": 1}, if_match="*")(world, actor, target)
    return {**parts, "path": {**parts["path"], "service_id": world.cast.physio_follow_up.pk}}


def member(world: World, actor: str, target: str) -> Parts:
    """Somebody who has no role yet."""
    assert world.cast.torontonian.user
    return at_clinic(body={"email": world.cast.torontonian.user.email, "role": "front_desk"})(world, actor, target)


def at_large(**parts: Any) -> Aim:
    """At the chain."""

    def aim(world: World, actor: str, target: str) -> Parts:
        return dict(parts)

    return aim


ROOM = {"name": "New", "kind": "treatment"}
HOURS = {"weekday": 7, "from_time": "09:00", "until_time": "10:00"}
CLOSURE = {"first_date": "2199-01-01", "reason": "New"}
BC_DAY = {"province": "BC", "dates": ["2199-01-01"], "reason": "New"}

SETUP: Mapping[str, tuple[Aim, tuple[str, ...]]] = {
    "createClinic": (at_large(body=CLINIC), ("any",)),
    "updateClinic": (at_clinic(body={"name": "Renamed"}, if_match="*"), CLINICS),
    "getClinicPolicy": (at_clinic(), CLINICS),
    "updateClinicPolicy": (at_clinic(body={"notice_minutes": 1}, if_match="*"), CLINICS),
    "getClinicDay": (at_clinic(), CLINICS),
    "listClinicAtRiskAppointments": (at_clinic(), CLINICS),
    "listRooms": (at_clinic(), CLINICS),
    "createRoom": (at_clinic(body=ROOM), CLINICS),
    "getRoom": (at_row(Room, "room_id"), ROWS),
    "updateRoom": (at_row(Room, "room_id", body={"name": "Renamed"}, if_match="*"), ROWS),
    "listOpeningHours": (at_clinic(), CLINICS),
    "createOpeningHours": (at_clinic(body=HOURS), CLINICS),
    "getOpeningHours": (at_row(OpeningHours, "hours_id"), ROWS),
    "updateOpeningHours": (at_row(OpeningHours, "hours_id", body={"until_time": "20:00"}, if_match="*"), ROWS),
    "deleteOpeningHours": (at_row(OpeningHours, "hours_id", if_match="*"), ROWS),
    "listClosures": (at_clinic(), CLINICS),
    "createClosure": (at_clinic(body=CLOSURE), CLINICS),
    "getClosure": (at_row(Closure, "closure_id"), ROWS),
    "updateClosure": (at_row(Closure, "closure_id", body={"reason": "Other"}, if_match="*"), ROWS),
    "deleteClosure": (at_row(Closure, "closure_id", if_match="*"), ROWS),
    "closeProvince": (at_large(body=BC_DAY), ("any",)),
    "listClinicServices": (at_clinic(), CLINICS),
    "putClinicService": (offer, CLINICS),
    "createService": (at_large(body={**SERVICE, "price_minor": 1}), ("any",)),
    "updateService": (at_service, ("shown", "withdrawn", "absent")),
    "listMembers": (at_clinic(), CLINICS),
    "createMember": (member, CLINICS),
    "getMember": (at_row(Membership, "member_id"), ROWS),
    "createMemberInvitation": (at_clinic(body={"email": "nora@example.test", "role": "front_desk"}), CLINICS),
    "listMemberInvitations": (at_clinic(), CLINICS),
    "withdrawMemberInvitation": (at_row(MemberInvitation, "invitation_id"), ROWS),
    "acceptMemberInvitation": (accept_membership, ("any",)),
    "updateMember": (at_row(Membership, "member_id", body={"role": "clinic_manager"}, if_match="*"), ROWS),
    "deleteMember": (at_row(Membership, "member_id", if_match="*"), ROWS),
}

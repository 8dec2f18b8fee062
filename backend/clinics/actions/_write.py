"""How set-up is written, see `clinics.keeping`."""

from backend.clinics.event_types import (
    ClinicChanged,
    ClinicCreated,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    ServiceChanged,
    ServiceCreated,
)
from backend.clinics.keeping import Keeper, lock
from backend.clinics.models import Clinic, ClinicService, Closure, Membership, OpeningHours, Room, Service
from backend.events.event import Event

__all__ = ["add", "change", "lock", "remove"]

_Part = Room | OpeningHours | Closure | ClinicService


def _event(row: Clinic | Service | Membership | _Part, name: str, verb: str) -> Event:
    if isinstance(row, Service):
        return (ServiceCreated if verb == "created" else ServiceChanged)(subject_id=row.pk)
    if isinstance(row, Membership):
        happened = {"removed": MemberRemoved, "changed": MemberChanged}.get(verb, MemberAdded)
        return happened(subject_id=row.pk, clinic_id=row.clinic_id, user_id=row.user_id)
    clinic_id = row.pk if isinstance(row, Clinic) else row.clinic_id
    is_new = isinstance(row, Clinic) and verb == "created"
    made = ClinicCreated if is_new else ClinicChanged
    return made(subject_id=clinic_id, clinic_id=clinic_id, part=name, part_id=row.pk)


_keeper = Keeper(
    {
        Clinic: "clinic",
        Room: "room",
        OpeningHours: "opening_hours",
        Closure: "closure",
        ClinicService: "offer",
        Service: "service",
        Membership: "member",
    },
    _event,
)
add, change, remove = _keeper.add, _keeper.change, _keeper.remove

"""What every write of set-up goes through: one version more, audit, event."""

from collections.abc import Mapping
from typing import Any, TypeVar

from backend.audit.actions import record
from backend.clinics.event_types import (
    ClinicChanged,
    ClinicCreated,
    MemberAdded,
    MemberRemoved,
    ServiceChanged,
    ServiceCreated,
)
from backend.clinics.models import Clinic, ClinicService, Closure, Membership, OpeningHours, Room, Service
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, NotFound
from backend.common.models import VersionedRow
from backend.events.actions import Event, publish

R = TypeVar("R", bound=VersionedRow)

_NAMES: Mapping[type[VersionedRow], str] = {
    Clinic: "clinic",
    Room: "room",
    OpeningHours: "opening_hours",
    Closure: "closure",
    ClinicService: "offer",
    Service: "service",
    Membership: "member",
}
_HOUSEKEEPING = {"id", "created_at", "updated_at", "version"}


def lock(row: R, expected_version: int | None) -> R:
    """The row as it is now, kept from others until the transaction ends. Raises NotFound, EtagMismatch."""
    found: R | None = type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    if expected_version not in (None, found.version):
        raise EtagMismatch
    return found


def add(actor: Actor, row: R, **more: Any) -> R:
    """Write a new row; `more` is what belongs to it and stands elsewhere."""
    row.save(force_insert=True)
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    told = {name: value for name, value in facts.items() if name not in _HOUSEKEEPING}
    _tell(actor, row, "created", before={}, after={**told, **more})
    return row


def change(actor: Actor, row: R, values: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> None:
    """Write what differs; nothing at all if nothing does. `before` are values that do not stand on the row."""
    known = {name: getattr(row, name) for name in values if name not in (before or {})} | dict(before or {})
    changed = [name for name, value in values.items() if known[name] != value]
    if not changed:
        return
    row.version += 1
    row.updated_at = clock.now()
    own = [name for name in changed if name not in (before or {})]
    for name in own:
        setattr(row, name, values[name])
    row.save(update_fields=[*own, "version", "updated_at"])
    _tell(
        actor,
        row,
        "changed",
        before={name: known[name] for name in changed},
        after={name: values[name] for name in changed},
    )


def remove(actor: Actor, row: VersionedRow) -> None:
    """Delete a row of which nothing else speaks."""
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    _tell(actor, row, "removed", before={k: v for k, v in facts.items() if k not in _HOUSEKEEPING}, after={})
    row.delete()


def _tell(actor: Actor, row: VersionedRow, verb: str, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    name = _NAMES[type(row)]
    clinic_id = row.pk if isinstance(row, Clinic) else getattr(row, "clinic_id", None)
    record(
        actor,
        f"{name}.{verb}",
        subject_type=name,
        subject_id=row.pk,
        clinic_id=clinic_id,
        before=_plain(before),
        after=_plain(after),
    )
    publish(_event(row, verb))


def _event(row: VersionedRow, verb: str) -> Event:
    if isinstance(row, Service):
        return (ServiceCreated if verb == "created" else ServiceChanged)(subject_id=row.pk)
    if isinstance(row, Membership):
        happened = MemberRemoved if verb == "removed" else MemberAdded
        return happened(subject_id=row.pk, clinic_id=row.clinic_id, user_id=row.user_id)
    clinic_id = row.pk if isinstance(row, Clinic) else row.clinic_id  # type: ignore[attr-defined]
    is_new = isinstance(row, Clinic) and verb == "created"
    made = ClinicCreated if is_new else ClinicChanged
    return made(subject_id=clinic_id, clinic_id=clinic_id, part=_NAMES[type(row)], part_id=row.pk)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    is_plain = (bool, int, str, list, type(None))
    return {name: value if isinstance(value, is_plain) else str(value) for name, value in values.items()}

"""What every write to a practitioner's file goes through: one version more, audit, event."""

from collections.abc import Mapping
from typing import Any, TypeVar

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, NotFound
from backend.common.models import Row, VersionedRow
from backend.events.actions import publish
from backend.practitioners.event_types import PractitionerChanged, PractitionerCreated
from backend.practitioners.models import (
    Credential,
    ExtraHours,
    Offering,
    Placement,
    Practitioner,
    TimeOff,
    WorkingHours,
)

R = TypeVar("R", bound=Row)
V = TypeVar("V", bound=VersionedRow)

_NAMES: Mapping[type[Row], str] = {
    Practitioner: "practitioner",
    Placement: "placement",
    Credential: "credential",
    WorkingHours: "working_hours",
    ExtraHours: "extra_hours",
    TimeOff: "time_off",
    Offering: "offering",
}
_HOUSEKEEPING = {"id", "created_at", "updated_at", "version"}


def lock(row: V, expected_version: int | None = None) -> V:
    """The row as it is now, kept from others until the transaction ends. Raises NotFound, EtagMismatch."""
    found: V | None = type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    if expected_version not in (None, found.version):
        raise EtagMismatch
    return found


def add(actor: Actor, row: R) -> R:
    """Write a new row."""
    row.save(force_insert=True)
    _tell(actor, row, "created", before={}, after=_facts(row))
    return row


def change(actor: Actor | None, row: VersionedRow, values: Mapping[str, Any], *, verb: str = "changed") -> None:
    """Write what differs; nothing at all if nothing does. `verb` is what the audit says was done."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return
    row.version += 1
    row.updated_at = clock.now()
    for name in before:
        setattr(row, name, values[name])
    row.save(update_fields=[*before, "version", "updated_at"])
    _tell(actor, row, verb, before=before, after={name: values[name] for name in before})


def touch(practitioner: Practitioner) -> None:
    """One version more: something changed that stands beside the row and is told with it."""
    practitioner.version += 1
    practitioner.updated_at = clock.now()
    practitioner.save(update_fields=["version", "updated_at"])


def remove(actor: Actor, row: Row) -> None:
    """Delete a row of which nothing else speaks."""
    _tell(actor, row, "removed", before=_facts(row), after={})
    row.delete()


def _facts(row: Row) -> dict[str, Any]:
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name not in _HOUSEKEEPING}


def _tell(actor: Actor | None, row: Row, verb: str, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    name, is_whole = _NAMES[type(row)], isinstance(row, Practitioner)
    clinic_id = getattr(row, "clinic_id", None)
    record(
        actor,
        f"{name}.{verb}",
        subject_type=name,
        subject_id=row.pk,
        clinic_id=clinic_id,
        before=_plain(before),
        after=_plain(after),
    )
    practitioner_id = row.pk if is_whole else row.practitioner_id  # type: ignore[attr-defined]
    happened = PractitionerCreated if is_whole and verb == "created" else PractitionerChanged
    publish(happened(subject_id=practitioner_id, clinic_id=clinic_id, part=name, part_id=row.pk))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    is_plain = (bool, int, str, list, type(None))
    return {name: value if isinstance(value, is_plain) else str(value) for name, value in values.items()}

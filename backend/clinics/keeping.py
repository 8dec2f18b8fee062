"""What every write of set-up and of practitioners' files goes through: one version more, audit, event."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, NotFound
from backend.common.models import Row, VersionedRow
from backend.events.actions import publish
from backend.events.event import Event

R = TypeVar("R", bound=Row)
V = TypeVar("V", bound=VersionedRow)

_HOUSEKEEPING = {"id", "created_at", "updated_at", "version"}


def lock(row: V, expected_version: int | None = None) -> V:
    """The row as it is now, kept from others until the transaction ends. Raises NotFound, EtagMismatch."""
    found: V | None = type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    if expected_version not in (None, found.version):
        raise EtagMismatch
    return found


class Keeper:
    """Writes rows of an app: `names` are those of its tables in the audit log, `event` makes what is published of a
    row, its name and a verb. The clinic of the event is the clinic of the entry."""

    def __init__(self, names: Mapping[type[Row], str], event: Callable[[Any, str, str], Event]) -> None:
        self._names, self._event = names, event

    def add(self, actor: Actor | None, row: R, **more: Any) -> R:
        """Write a new row; `more` is what belongs to it and stands elsewhere."""
        row.save(force_insert=True)
        self._tell(actor, row, "created", before={}, after={**_facts(row), **more})
        return row

    def change(
        self,
        actor: Actor | None,
        row: VersionedRow,
        values: Mapping[str, Any],
        *,
        before: Mapping[str, Any] | None = None,
        verb: str = "changed",
    ) -> None:
        """Write what differs; nothing at all if nothing does.

        `before` are values that do not stand on the row; `verb` is what the audit log says was done.
        """
        elsewhere = dict(before or {})
        known = {name: getattr(row, name) for name in values if name not in elsewhere} | elsewhere
        changed = [name for name, value in values.items() if known[name] != value]
        if not changed:
            return
        row.version += 1
        row.updated_at = clock.now()
        own = [name for name in changed if name not in elsewhere]
        for name in own:
            setattr(row, name, values[name])
        row.save(update_fields=[*own, "version", "updated_at"])
        was, is_now = ({name: of[name] for name in changed} for of in (known, values))
        self._tell(actor, row, verb, before=was, after=is_now)

    def remove(self, actor: Actor, row: Row) -> None:
        """Delete a row of which nothing else speaks."""
        self._tell(actor, row, "removed", before=_facts(row), after={})
        row.delete()

    def _tell(
        self, actor: Actor | None, row: Row, verb: str, *, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        name = self._names[type(row)]
        event = self._event(row, name, verb)
        record(
            actor,
            f"{name}.{verb}",
            subject_type=name,
            subject_id=row.pk,
            clinic_id=event.clinic_id,
            before=before,
            after=after,
        )
        publish(event)


def _facts(row: Row) -> dict[str, Any]:
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name not in _HOUSEKEEPING}

"""How practitioners' files are written, see `clinics.keeping`."""

from backend.clinics.keeping import Keeper, lock
from backend.common import clock
from backend.practitioners.event_types import PractitionerChanged, PractitionerCreated, PractitionerEvent
from backend.practitioners.models import (
    Credential,
    ExtraHours,
    Offering,
    Placement,
    Practitioner,
    TimeOff,
    WorkingHours,
)

__all__ = ["add", "change", "lock", "remove", "touch"]

_Part = Placement | Credential | WorkingHours | ExtraHours | TimeOff | Offering


def touch(practitioner: Practitioner) -> None:
    """One version more: something changed that stands beside the row and is told with it."""
    practitioner.version += 1
    practitioner.updated_at = clock.now()
    practitioner.save(update_fields=["version", "updated_at"])


def _event(row: Practitioner | _Part, name: str, verb: str) -> PractitionerEvent:
    is_whole = isinstance(row, Practitioner)
    practitioner_id = row.pk if isinstance(row, Practitioner) else row.practitioner_id
    happened = PractitionerCreated if is_whole and verb == "created" else PractitionerChanged
    clinic_id = getattr(row, "clinic_id", None)
    return happened(subject_id=practitioner_id, clinic_id=clinic_id, part=name, part_id=row.pk)


_keeper = Keeper(
    {
        Practitioner: "practitioner",
        Placement: "placement",
        Credential: "credential",
        WorkingHours: "working_hours",
        ExtraHours: "extra_hours",
        TimeOff: "time_off",
        Offering: "offering",
    },
    _event,
)
add, change, remove = _keeper.add, _keeper.change, _keeper.remove

"""The history of a visit as somebody may see it: who did what to it, when and why."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from backend.appointments.enums import HOLD_STATUSES, Happening, Party
from backend.appointments.models import Appointment, Transition
from backend.appointments.queries.visits import get_visit_for
from backend.clinics.models import Clinic, Room
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.common.walltime import zone
from backend.patients.models import Guardianship
from backend.practitioners.models import Practitioner

_NAMED: dict[str, Any] = {"clinic_id": Clinic, "practitioner_id": Practitioner, "room_id": Room}
_PLACED = ("starts_at", *_NAMED)
_READING = len("2026-12-01T09:00")


@dataclass(frozen=True, slots=True)
class Change:
    """One field; ids come with what they are called."""

    field: str
    before: str | None
    after: str | None
    before_name: str | None
    after_name: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. The patient's side is told the name and the words of its own people only."""

    id: uuid.UUID
    at: datetime
    what: Happening
    status: str
    by: Party
    by_name: str | None
    reason: str
    changes: Sequence[Change]


def history_rows(actor: Actor, appointment_id: uuid.UUID) -> tuple[Appointment, QuerySet[Transition]]:
    """The visit, and what happened to it since it was booked. Raises NotFound."""
    visit = get_visit_for(actor, appointment_id)
    rows = Transition.objects.filter(appointment=visit).exclude(to_status__in=HOLD_STATUSES).select_related("by")
    return visit, rows


def entries(actor: Actor, visit: Appointment, rows: Sequence[Transition]) -> list[Entry]:
    """These rows as the caller may see them, in a constant number of statements."""
    # Who looked after a duplicate before it was merged booked what is now the patient's.
    of_patient = Q(patient=visit.patient_id) | Q(patient__merged_into=visit.patient_id)
    guardians = set(Guardianship.objects.filter(of_patient).values_list("guardian_id", flat=True))
    teller = _Teller(
        zone=zone(visit.timezone),
        is_staff=_is_staff(actor, visit),
        patient=visit.patient.user_id if visit.patient else None,
        guardians=guardians,
        names=_names(rows),
    )
    return [teller.entry(row) for row in rows]


def _is_staff(actor: Actor, visit: Appointment) -> bool:
    read = Permission.APPOINTMENT_READ
    gives_it = read in actor.own_calendar and visit.practitioner_id == actor.practitioner_id
    return gives_it or actor.may(read, clinic_id=visit.clinic_id)


def _names(rows: Iterable[Transition]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, model in _NAMED.items():
        ids = {value for row in rows for value in row.changes.get(field, {}).values() if value}
        named = model.objects.filter(pk__in=ids)
        found |= {str(one.pk): one.name if field == "room_id" else str(one) for one in named}
    return found


@dataclass(frozen=True, slots=True)
class _Teller:
    zone: ZoneInfo
    is_staff: bool
    patient: uuid.UUID | None
    guardians: set[uuid.UUID]
    names: dict[str, str]

    def entry(self, row: Transition) -> Entry:
        by = self._party(row)
        is_open = self.is_staff or by in (Party.PATIENT, Party.GUARDIAN)
        user = row.by
        return Entry(
            id=row.pk,
            at=row.at.astimezone(self.zone),
            what=_happening(row),
            status=row.to_status,
            by=by,
            by_name=f"{user.given_name} {user.family_name}" if user and is_open else None,
            reason=row.reason if is_open else "",
            changes=[
                self._change(field, **values)
                for field, values in row.changes.items()
                if is_open or field != "cancel_note"  # what staff wrote for staff
            ],
        )

    def _party(self, row: Transition) -> Party:
        if row.by_id is None:
            return Party.SYSTEM
        if row.by_id == self.patient:
            return Party.PATIENT
        return Party.GUARDIAN if row.by_id in self.guardians else Party.STAFF

    def _change(self, field: str, *, before: Any, after: Any) -> Change:
        named = {value: self.names.get(value) for value in (before, after)} if field in _NAMED else {}
        return Change(
            field.removesuffix("_id"),
            before=None if before is None else str(before),
            after=None if after is None else str(after),
            before_name=named.get(before),
            after_name=named.get(after),
        )


def _happening(row: Transition) -> Happening:
    if row.from_status != row.to_status:
        return Happening(row.to_status)
    if not any(field in row.changes for field in _PLACED):
        return Happening.UPDATED
    start = row.changes.get("starts_at", {"before": "", "after": "moved"})
    is_same_reading = start["before"][:_READING] == start["after"][:_READING]
    return Happening.CLOCK_CHANGED if is_same_reading else Happening.RESCHEDULED

"""Plans visits that the booking rules would have allowed: hours, closures, proofs, rooms, spacing. No database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from backend.clinics.models import Clinic, Closure, OpeningHours, RequiredCredential, Room, Service
from backend.common.periods import Periods
from backend.common.walltime import grid, wall_periods, zone
from backend.config.demo.draft import Draft
from backend.patients.models import Patient
from backend.practitioners.models import Credential, ExtraHours, Practitioner, TimeOff, WorkingHours
from backend.practitioners.models.profile import ALL_CANADA

_Hours = OpeningHours | WorkingHours | ExtraHours | Closure | TimeOff
CELL = 5  # minutes; every time of the demo is a multiple of it


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned visit; `minute` is the epoch minute of its start."""

    patient: Patient
    practitioner: Practitioner
    clinic: Clinic
    service: Service
    room: Room
    day: date
    minute: int


class Diary:
    """What is taken, and what is still free."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.visits: list[Visit] = []
        self._taken: set[tuple[UUID, int]] = set()
        self._days: dict[tuple[Patient, Service | None], set[date]] = defaultdict(set)
        # Asked again for every start; the answers do not change.
        self.hours = cache(self._hours)
        self.may_give = cache(self._may_give)

    def grid(self, clinic: Clinic, service: Service, day: date) -> tuple[int, ...]:
        """The starts of a day on the clinic's wall clock (R2)."""
        return grid(zone(clinic.timezone), day, day, service.step_minutes)

    def _hours(self, practitioner: Practitioner, clinic: Clinic, day: date) -> Periods:
        """When the practitioner can work at the clinic that day: within hours of both, minus closures and time off."""
        where, weekday, of = zone(clinic.timezone), day.isoweekday(), self.draft.of
        me, here = practitioner.pk, clinic.pk

        def union(rows: Sequence[_Hours]) -> Periods:
            return Periods.union_all(wall_periods(where, day, row.from_minute, row.until_minute) for row in rows)

        opening = [row for row in of(OpeningHours) if (row.clinic_id, row.weekday) == (here, weekday)]
        closed = [row for row in of(Closure) if row.clinic_id == here and row.first_date <= day <= row.last_date]
        weekly = [
            row for row in of(WorkingHours) if (row.practitioner_id, row.clinic_id, row.weekday) == (me, here, weekday)
        ]
        extra = [row for row in of(ExtraHours) if (row.practitioner_id, row.clinic_id, row.date) == (me, here, day)]
        away = [row for row in of(TimeOff) if row.practitioner_id == me and row.first_date <= day <= row.last_date]
        return (union(opening) & union([*weekly, *extra])) - union(closed) - union(away)

    def _may_give(self, practitioner: Practitioner, clinic: Clinic, service: Service, day: date) -> bool:
        """Whether every required proof counts on that day at that clinic (R10)."""
        required = {row.kind for row in self.draft.of(RequiredCredential) if row.service_id == service.pk}
        held = {
            row.kind
            for row in self.draft.of(Credential)
            if row.practitioner_id == practitioner.pk
            and row.jurisdiction in (ALL_CANADA, clinic.province)
            and row.valid_from <= day
            and (row.valid_until is None or day <= row.valid_until)
        }
        return required <= held

    def suits(self, patient: Patient, service: Service, day: date) -> bool:
        """Whether the patient is not seen twice a day, and not too soon after the like (R8)."""
        near = (abs((day - other).days) for other in self._days[patient, service])
        return day not in self._days[patient, None] and all(gap >= service.spacing_days for gap in near)

    def place(
        self, patient: Patient, practitioner: Practitioner, clinic: Clinic, service: Service, day: date, minute: int
    ) -> Visit | None:
        """Take that start in the first free room, or nothing."""
        begin = minute - service.before_minutes
        after = service.duration_minutes + service.after_minutes
        if minute not in self.hours(practitioner, clinic, day).eroded(service.before_minutes, after):
            return None
        run, bare = _cells(begin, minute + after), _cells(minute, minute + service.duration_minutes)
        if not self._is_free(practitioner.pk, run) or not self._is_free(patient.pk, bare):
            return None
        room = next((room for room in self._rooms(clinic, service) if self._is_free(room.pk, run)), None)
        if room is None:
            return None
        self._taken |= {(key, cell) for key in (practitioner.pk, room.pk) for cell in run}
        self._taken |= {(patient.pk, cell) for cell in bare}
        self._days[patient, service].add(day)
        self._days[patient, None].add(day)
        visit = Visit(patient, practitioner, clinic, service, room, day, minute)
        self.visits.append(visit)
        return visit

    def _rooms(self, clinic: Clinic, service: Service) -> list[Room]:
        return [room for room in self.draft.of(Room) if room.clinic_id == clinic.pk and room.kind == service.room_kind]

    def _is_free(self, key: UUID, cells: range) -> bool:
        return not any((key, cell) in self._taken for cell in cells)


def _cells(begin: int, until: int) -> range:
    return range(begin // CELL, until // CELL)

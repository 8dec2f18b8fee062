"""The desk's day: what happens at a clinic on one date, by practitioner and by room, in a constant number of
statements."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q

from backend.appointments.enums import BLOCKING_STATUSES, HOLD_STATUSES, Status
from backend.appointments.models import Appointment
from backend.appointments.querysets import AppointmentQuerySet
from backend.clinics.models import Clinic, Closure, OpeningHours, Room
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.periods import Periods
from backend.common.permissions import Permission
from backend.common.walltime import day_periods, instant_of, local_date_of, minute_of, wall_periods, zone
from backend.practitioners.models import ExtraHours, Practitioner, TimeOff, WorkingHours


@dataclass(frozen=True, slots=True)
class PractitionerDay:
    """A practitioner's column. `away` is time off; `elsewhere` is taken at other clinics."""

    row: Practitioner
    working: Periods
    away: Periods
    elsewhere: Periods
    free: Periods
    visits: Sequence[Appointment]
    holds: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class RoomDay:
    """A room's column."""

    row: Room
    free: Periods
    visits: Sequence[Appointment]
    holds: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class ClosedSpan:
    """When the clinic is shut, and why."""

    periods: Periods
    reason: str


@dataclass(frozen=True, slots=True)
class Day:
    """One date at one clinic. Every run lies within the date; visits that cross midnight are whole."""

    clinic: Clinic
    date: date
    zone: ZoneInfo
    open: Periods
    closures: Sequence[ClosedSpan]
    practitioners: Sequence[PractitionerDay]
    rooms: Sequence[RoomDay]
    only: uuid.UUID | None
    """The practitioner whose column alone this is, if it is."""


def get_day(actor: Actor, clinic_id: uuid.UUID, *, day: date | None = None) -> Day:
    """The day at a clinic where the caller may see visits: all of it, or for a practitioner the own column, no rooms.

    No `day` is today there. Raises NotFound, PermissionDenied.
    """
    clinic, only = who_is_shown(actor, clinic_id)
    return _Facts(clinic, day, only=only).day()


def who_is_shown(actor: Actor, clinic_id: uuid.UUID) -> tuple[Clinic, uuid.UUID | None]:
    """The clinic, and the practitioner whose visits alone the caller may see there, None for all of them.

    Raises NotFound, PermissionDenied.
    """
    clinic = Clinic.objects.filter(pk=clinic_id).first()
    sees_all = actor.may(Permission.APPOINTMENT_READ, clinic_id=clinic_id)
    if clinic is None or not (clinic.is_active or sees_all):
        raise NotFound
    return clinic, None if sees_all else _own_column(actor, clinic)


def _own_column(actor: Actor, clinic: Clinic) -> uuid.UUID:
    """The caller as a practitioner of the clinic. Raises PermissionDenied for anybody else."""
    if Permission.APPOINTMENT_READ not in actor.own_calendar or actor.practitioner_id is None:
        raise PermissionDenied
    works_there = Q(offerings__clinic=clinic) | Q(working_hours__clinic=clinic)
    if not Practitioner.objects.filter(works_there, pk=actor.practitioner_id).exists():
        raise PermissionDenied
    return actor.practitioner_id


class _Facts:
    """What was read, each kind in one statement."""

    def __init__(self, clinic: Clinic, day: date | None, *, only: uuid.UUID | None) -> None:
        self.clinic, self.zone, self.now, self.only = clinic, zone(clinic.timezone), clock.now(), only
        self.date = day or local_date_of(minute_of(self.now), self.zone)
        self.whole = day_periods(self.zone, self.date, self.date)
        mine = {"practitioner_id": only} if only else {}
        self.rows = list(
            self._taking_part()
            .filter(clinic=clinic, **mine)
            .select_related("patient", "practitioner", "service", "room")
        )
        weekly = {"weekday": self.date.isoweekday(), "valid_from__lte": self.date}
        self.weekly = {**weekly, "clinic": clinic}
        self.hours = list(WorkingHours.objects.filter(**self.weekly, **mine).exclude(valid_until__lt=self.date))
        self.extra = list(ExtraHours.objects.filter(clinic=clinic, date=self.date, **mine))
        here = {row.practitioner_id for row in (*self.rows, *self.hours, *self.extra)} | ({only} if only else set())
        self.people = list(Practitioner.objects.filter(pk__in=here).order_by("family_name", "given_name", "pk"))
        dated = {"first_date__lte": self.date, "last_date__gte": self.date}
        own = Q(clinic=clinic) | Q(clinic=None)
        self.time_off = list(TimeOff.objects.filter(own, practitioner__in=here, **dated))
        self.elsewhere = list(self._taking_part().filter(practitioner__in=here).exclude(clinic=clinic))
        self.closures = list(clinic.closures.filter(**dated).order_by("from_minute", "pk"))
        opening = OpeningHours.objects.filter(**self.weekly).exclude(valid_until__lt=self.date)
        self.open = self._wall(opening)
        self.closed = self._wall(self.closures)
        self.rooms = [] if only else list(clinic.rooms.order_by("name", "pk"))

    def _taking_part(self) -> AppointmentQuerySet:
        """Visits and live holds that touch the date."""
        begin, until = self.whole.bounds[0], self.whole.bounds[-1]
        live = ~Q(status__in=HOLD_STATUSES) | Q(status=Status.HELD, hold_expires_at__gt=self.now)
        touching = Q(occupied_from__lt=instant_of(until), occupied_until__gt=instant_of(begin))
        return Appointment.objects.filter(live, touching).order_by("starts_at", "pk")

    def _wall(self, spans: Iterable[OpeningHours | Closure | WorkingHours | ExtraHours | TimeOff]) -> Periods:
        return Periods.union_all(
            wall_periods(self.zone, self.date, span.from_minute, span.until_minute) for span in spans
        )

    def _taken(self, rows: Iterable[Appointment]) -> Periods:
        blocking = (row for row in rows if row.status in BLOCKING_STATUSES)
        return (
            Periods.of((minute_of(row.occupied_from), minute_of(row.occupied_until)) for row in blocking) & self.whole
        )

    def day(self) -> Day:
        closures = [ClosedSpan(self._wall([closure]), closure.reason) for closure in self.closures]
        people = [self._person(person) for person in self.people]
        rooms = [self._room(room) for room in self.rooms]
        used = [room for room in rooms if room.row.is_active or room.visits or room.holds]
        return Day(self.clinic, self.date, self.zone, self.open, closures, people, used, self.only)

    def _person(self, person: Practitioner) -> PractitionerDay:
        rows = [row for row in self.rows if row.practitioner_id == person.pk]
        hours: list[WorkingHours | ExtraHours] = [*self.hours, *self.extra]
        working = self._wall(one for one in hours if one.practitioner_id == person.pk)
        away = self._wall(one for one in self.time_off if one.practitioner_id == person.pk)
        elsewhere = self._taken(row for row in self.elsewhere if row.practitioner_id == person.pk)
        free = (working & self.open) - self.closed - away - elsewhere - self._taken(rows)
        return PractitionerDay(
            person, working, away, elsewhere, free if person.is_active else Periods.NONE, _visits(rows), _holds(rows)
        )

    def _room(self, room: Room) -> RoomDay:
        rows = [row for row in self.rows if row.room_id == room.pk]
        free = self.open - self.closed - self._taken(rows)
        return RoomDay(room, free if room.is_active else Periods.NONE, _visits(rows), _holds(rows))


def _visits(rows: Iterable[Appointment]) -> list[Appointment]:
    return [row for row in rows if row.status != Status.HELD]


def _holds(rows: Iterable[Appointment]) -> list[Appointment]:
    return [row for row in rows if row.status == Status.HELD]

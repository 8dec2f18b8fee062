"""Who else could give visits that stay where they are: same start, same clinic."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.enums import MOVABLE_STATUSES, RuleCode
from backend.appointments.models import Appointment
from backend.appointments.queries.uncovered import COVER
from backend.appointments.queries.visits import visits_for
from backend.appointments.rules.facts import Lane, Place, PractitionerFacts, Window
from backend.appointments.rules.registry import BY_CODE, Rule, admitted, distance_from_yes
from backend.common import clock, walltime
from backend.common.access import Actor
from backend.common.errors import RangeTooLong
from backend.common.periods import Periods
from backend.common.permissions import Permission

# About who gives the visit. What depends on the start or the patient was settled when it was booked, and stays.
ASKED = (*COVER, BY_CODE[RuleCode.PRACTITIONER_BUSY])
NO_ROOM, NOT_OFFERED = BY_CODE[RuleCode.NO_ROOM], BY_CODE[RuleCode.NOT_OFFERED]
LONGEST = timedelta(days=14)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who could give a visit, and in which room; or nobody, and the rules that refuse whoever comes nearest."""

    visit: Appointment
    practitioner_id: uuid.UUID | None = None
    room_id: uuid.UUID | None = None
    refused: tuple[Rule, ...] = ()

    @property
    def starts_at(self) -> datetime:
        """The start, with the clinic's offset."""
        return self.visit.starts_at.astimezone(walltime.zone(self.visit.timezone))


def movable_of(actor: Actor, practitioner_id: uuid.UUID, *, from_at: datetime, until_at: datetime) -> list[Appointment]:
    """The visits of a practitioner that begin in that time, yet to come, at clinics where the caller takes bookings.

    By start. Raises RangeTooLong for more than 14 days.
    """
    if until_at - from_at > LONGEST:
        raise RangeTooLong(members={"max_days": LONGEST.days})
    book = Permission.APPOINTMENT_BOOK
    visits = visits_for(actor, book).filter(
        practitioner_id=practitioner_id,
        status__in=MOVABLE_STATUSES,
        starts_at__gte=from_at,
        starts_at__lt=until_at,
        starts_at__gt=clock.now(),
    )
    # As staff: the caller's own visits as a patient are no business of this.
    return [visit for visit in visits.order_by("starts_at", "pk") if actor.may(book, clinic_id=visit.clinic_id)]


def choose(visits: Iterable[Appointment], to: Mapping[uuid.UUID, uuid.UUID]) -> list[Choice]:
    """For each visit the practitioner that `to` names by its id, else anyone but who gives it now: whoever has fewest
    visits that day, those just chosen among them. Visits of one practitioner, so they are not in each other's way.

    One statement per service. Raises NotFound for a practitioner who does not exist.
    """
    by_service: defaultdict[uuid.UUID, list[Appointment]] = defaultdict(list)
    for visit in visits:
        by_service[visit.service_id].append(visit)
    given: Counter[tuple[uuid.UUID, date]] = Counter()
    found = []
    for group in by_service.values():
        chooser = _Chooser(gather(_question(group, to)), given)
        found += [chooser.choice(visit, to.get(visit.pk)) for visit in group]
    return sorted(found, key=lambda choice: (choice.visit.starts_at, choice.visit.pk))


def _question(visits: Sequence[Appointment], to: Mapping[uuid.UUID, uuid.UUID]) -> Question:
    dates = [visit.starts_at.date() for visit in visits]
    return Question(
        service_id=visits[0].service_id,
        window=Window(min(dates) - ONE_DAY, max(dates) + ONE_DAY),
        clinic_ids=tuple({visit.clinic_id for visit in visits}),
        practitioner_ids=tuple({to[visit.pk] for visit in visits if visit.pk in to}),
    )


@dataclass(slots=True)
class _Chooser:
    facts: Facts
    given: Counter[tuple[uuid.UUID, date]]
    sets: dict[tuple[uuid.UUID, uuid.UUID], list[tuple[Rule, Periods]]] = field(default_factory=dict)

    def choice(self, visit: Appointment, named: uuid.UUID | None) -> Choice:
        place = next(place for place in self.facts.places if place.clinic.id == visit.clinic_id)
        room_id = _room(visit, place)
        lanes = [
            Lane(place, person)
            for person in self.facts.practitioners
            if (person.id == named if named else person.id != visit.practitioner_id)
        ]
        refused = [(lane, self._refusing(visit, lane, has_room=room_id is not None)) for lane in lanes]
        able = [lane.practitioner for lane, rules in refused if not rules]
        if not able:
            nearest = min((rules for _, rules in refused), key=distance_from_yes, default=(NOT_OFFERED,))
            return Choice(visit, refused=nearest)
        chosen = min(able, key=lambda person: self._load(person, place.clinic.zone, visit))
        self.given[chosen.id, _day(visit, place.clinic.zone)] += 1
        return Choice(visit, chosen.id, room_id)

    def _refusing(self, visit: Appointment, lane: Lane, *, has_room: bool) -> tuple[Rule, ...]:
        key = (lane.place.clinic.id, lane.practitioner.id)
        if key not in self.sets:
            self.sets[key] = [(rule, admitted(rule, lane)) for rule in ASKED]
        start = walltime.minute_of(visit.starts_at)
        refused = [rule for rule, starts in self.sets[key] if start not in starts]
        return (*refused, *(() if has_room else (NO_ROOM,)))

    def _load(self, person: PractitionerFacts, zone: ZoneInfo, visit: Appointment) -> int:
        day = _day(visit, zone)
        today = walltime.day_periods(zone, day, day)
        return sum(start in today for start in person.visits_by_start) + self.given[person.id, day]


def _day(visit: Appointment, zone: ZoneInfo) -> date:
    return walltime.local_date_of(walltime.minute_of(visit.starts_at), zone)


def _room(visit: Appointment, place: Place) -> uuid.UUID | None:
    """Its own as long as it suits, since nobody else can have it then; else a free one."""
    rooms, start = place.clinic.rooms, walltime.minute_of(visit.starts_at)
    if any(room.id == visit.room_id for room in rooms):
        return visit.room_id
    return next((room.id for room in rooms if start in place.clear_of(room.busy)), None)

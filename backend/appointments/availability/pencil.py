"""Several visits at once: each is asked about as if those before it were booked already."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from backend.appointments.availability.gather import Facts
from backend.appointments.availability.options import visits_on
from backend.appointments.enums import RuleCode
from backend.appointments.rules.facts import Lane, PatientFacts, Place, PractitionerFacts, RoomFacts, Window
from backend.appointments.rules.registry import BY_CODE, Rule, distance_from_yes, refusing
from backend.appointments.rules.starts import starts_at_place, starts_in_lane
from backend.common import walltime
from backend.common.periods import Periods

ONE_DAY = timedelta(days=1)
# How many days before and after a start something else is looked for in its place.
AROUND = 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """A start (epoch minute) at a clinic. Without a practitioner: whoever can. `index` is its place in the list."""

    index: int
    start: int
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """Who gives a visit and in which room; or nobody, and the rules that refuse whoever comes nearest."""

    wanted: Wanted
    lane: Lane | None = None
    room: RoomFacts | None = None
    refused: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Instead:
    """A start nearby that could be booked along with the visits that were picked."""

    start: int
    practitioner_ids: tuple[uuid.UUID, ...]


class Pencil:
    """Facts, and the visits picked so far noted in them."""

    def __init__(self, facts: Facts) -> None:
        self.picks: list[Pick] = []
        self._places = {place.clinic.id: place for place in facts.places}
        self._people = {person.id: person for person in facts.practitioners}
        self._rooms: dict[uuid.UUID, RoomFacts] = {}
        self._patient: PatientFacts | None = facts.patient
        self._given: Counter[uuid.UUID] = Counter()

    def pick_all(self, wanted: Iterable[Wanted]) -> Sequence[Pick]:
        """Pick for one after the other, by start; a later one gives way to an earlier."""
        for one in sorted(wanted, key=lambda one: (one.start, one.index)):
            self.picks.append(self._pick(one))
        return self.picks

    def instead_of(self, wanted: Wanted, *, count: int) -> list[Instead]:
        """The nearest starts at the same clinic, and with the same practitioner if one was named."""
        day = self._day(wanted)
        place = self._place(wanted, Window(day - AROUND * ONE_DAY, day + AROUND * ONE_DAY))
        who: dict[int, list[uuid.UUID]] = {}
        at_place = starts_at_place(place)
        for lane in self._lanes(wanted, place):
            for start in starts_in_lane(lane, at_place):
                who.setdefault(start, []).append(lane.practitioner.id)
        nearest = sorted(who, key=lambda start: (abs(start - wanted.start), start))[:count]
        return [Instead(start, tuple(who[start])) for start in nearest]

    def zone_at(self, clinic_id: uuid.UUID) -> ZoneInfo:
        """The zone of the clinic's clock."""
        return self._places[clinic_id].clinic.zone

    def _pick(self, wanted: Wanted) -> Pick:
        day = self._day(wanted)
        place = self._place(wanted, Window(day - ONE_DAY, day + ONE_DAY))
        refused = [(lane, refusing(lane, wanted.start)) for lane in self._lanes(wanted, place)]
        able = [lane for lane, rules in refused if not rules]
        if not able:
            not_offered = (BY_CODE[RuleCode.NOT_OFFERED],)
            return Pick(
                wanted, refused=min((rules for _, rules in refused), key=distance_from_yes, default=not_offered)
            )
        # Whoever gives others of them, then whoever has the fewest visits that day.
        lane = min(able, key=lambda lane: (-self._given[lane.practitioner.id], visits_on(lane, day)))
        room = next(room for room in place.clinic.rooms if wanted.start in place.clear_of(room.busy))
        self._note(wanted.start, day, lane, room)
        return Pick(wanted, lane, room)

    def _lanes(self, wanted: Wanted, place: Place) -> list[Lane]:
        named = wanted.practitioner_id
        return [
            Lane(place, person)
            for person in self._people.values()
            if (person.id == named if named else wanted.clinic_id in person.offered_at)
        ]

    def _place(self, wanted: Wanted, window: Window) -> Place:
        known = self._places[wanted.clinic_id]
        rooms = tuple(self._rooms.get(room.id, room) for room in known.clinic.rooms)
        return replace(known, clinic=replace(known.clinic, rooms=rooms), patient=self._patient, window=window)

    def _day(self, wanted: Wanted) -> date:
        return walltime.local_date_of(wanted.start, self.zone_at(wanted.clinic_id))

    def _note(self, start: int, day: date, lane: Lane, room: RoomFacts) -> None:
        service = lane.place.service
        occupied = Periods.of([(start - service.before_minutes, start + service.until_free_minutes)])
        person: PractitionerFacts = lane.practitioner
        self._given[person.id] += 1
        self._people[person.id] = replace(person, busy=person.busy | occupied)
        self._rooms[room.id] = replace(room, busy=room.busy | occupied)
        if patient := self._patient:
            visit = Periods.of([(start, start + service.duration_minutes)])
            dates = (*patient.same_service_dates, day)
            self._patient = replace(patient, busy=patient.busy | visit, same_service_dates=dates)

"""The chain's three clinics: two in British Columbia, one where clocks still change (D1, D25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from backend.clinics.enums import ColdOrHeat, Province, RoomKind, Weekday
from backend.clinics.models import Clinic, Closure, OpeningHours, Organisation, Room
from backend.config.demo.draft import Draft

HOUR = 60
WORKDAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
ROOM_NAMES = {RoomKind.TREATMENT: "Treatment", RoomKind.CONSULTATION: "Consultation", RoomKind.MASSAGE: "Massage"}

CLINICS: Mapping[str, Mapping[str, Any]] = {
    "coquitlam": {
        "name": "Evergreen Coquitlam",
        "street": "2950 Glen Drive, Suite 210",
        "city": "Coquitlam",
        "province": Province.BC,
        "postal_code": "V3B 0J1",
        "latitude": Decimal("49.279800"),
        "longitude": Decimal("-122.796500"),
        "timezone": "America/Vancouver",
        "phone": "+16045550121",
        "email": "coquitlam@clinics.demo.test",
        "cold_or_heat": ColdOrHeat.HEAT,
    },
    "langley": {
        "name": "Evergreen Langley",
        "street": "20555 56 Avenue, Unit 104",
        "city": "Langley",
        "province": Province.BC,
        "postal_code": "V3A 3Y9",
        "latitude": Decimal("49.104300"),
        "longitude": Decimal("-122.655800"),
        "timezone": "America/Vancouver",
        "phone": "+16045550142",
        "email": "langley@clinics.demo.test",
        "cold_or_heat": ColdOrHeat.COLD,
    },
    "toronto": {
        "name": "Evergreen Toronto",
        "street": "310 Danforth Avenue, 2nd floor",
        "city": "Toronto",
        "province": Province.ON,
        "postal_code": "M4K 1N6",
        "latitude": Decimal("43.677300"),
        "longitude": Decimal("-79.354200"),
        "timezone": "America/Toronto",
        "phone": "+14165550175",
        "email": "toronto@clinics.demo.test",
        "cold_or_heat": ColdOrHeat.HEAT,
    },
}


@dataclass(frozen=True, slots=True)
class Places:
    """The three clinics."""

    coquitlam: Clinic
    langley: Clinic
    toronto: Clinic

    @property
    def all(self) -> tuple[Clinic, ...]:
        """Every clinic of the chain."""
        return self.coquitlam, self.langley, self.toronto


def add_places(draft: Draft, *, today: date) -> Places:
    """Draft the chain: clinics with rooms, opening hours and one closure ahead each."""
    chain = draft.add(Organisation(name="Evergreen Rehab & Wellness", currency="CAD"))
    places = Places(
        **{slug: draft.add(Clinic(organisation=chain, slug=slug, **facts)) for slug, facts in CLINICS.items()}
    )
    _add_rooms(draft, places)
    _add_hours(draft, places, since=today - timedelta(days=365))
    _add_closures(draft, places, today=today)
    return places


def _add_rooms(draft: Draft, places: Places) -> None:
    counts: Mapping[Clinic, Mapping[RoomKind, int]] = {
        places.coquitlam: {RoomKind.TREATMENT: 3, RoomKind.CONSULTATION: 2, RoomKind.MASSAGE: 1},
        places.langley: {RoomKind.TREATMENT: 2, RoomKind.CONSULTATION: 1},
        places.toronto: {RoomKind.TREATMENT: 2, RoomKind.CONSULTATION: 1, RoomKind.MASSAGE: 1},
    }
    for clinic, kinds in counts.items():
        for kind, count in kinds.items():
            for number in range(1, count + 1):
                draft.add(Room(clinic=clinic, name=f"{ROOM_NAMES[kind]} {number}", kind=kind))


def _add_hours(draft: Draft, places: Places, *, since: date) -> None:
    weekly = [
        (places.coquitlam, WORKDAYS, 8 * HOUR, 19 * HOUR),
        (places.coquitlam, (Weekday.SATURDAY, Weekday.SUNDAY), 9 * HOUR, 17 * HOUR),
        (places.langley, WORKDAYS, 8 * HOUR, 18 * HOUR),
        (places.langley, (Weekday.SATURDAY,), 9 * HOUR, 14 * HOUR),
        (places.toronto, WORKDAYS, 8 * HOUR, 19 * HOUR),
    ]
    for clinic, weekdays, opens, closes in weekly:
        for weekday in weekdays:
            draft.add(
                OpeningHours(clinic=clinic, weekday=weekday, from_minute=opens, until_minute=closes, valid_from=since)
            )


def _add_closures(draft: Draft, places: Places, *, today: date) -> None:
    training, afternoon, works = (
        first_on_or_after(today + timedelta(days=days), weekday)
        for days, weekday in ((21, Weekday.TUESDAY), (28, Weekday.FRIDAY), (35, Weekday.MONDAY))
    )
    draft.add(Closure(clinic=places.coquitlam, first_date=training, last_date=training, reason="Team training day"))
    draft.add(
        Closure(
            clinic=places.langley,
            first_date=afternoon,
            last_date=afternoon,
            from_minute=13 * HOUR,
            reason="Closed for the afternoon",
        )
    )
    draft.add(
        Closure(clinic=places.toronto, first_date=works, last_date=works + timedelta(days=1), reason="Building works")
    )


def first_on_or_after(day: date, weekday: Weekday) -> date:
    """The first such weekday that is not before `day`."""
    return day + timedelta(days=(weekday - day.isoweekday()) % 7)

"""Visits that are proposed together, as they were found and as the clocks of their clinics show them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.appointments.availability.gather import Facts
from backend.appointments.rules.series import Option
from backend.common import walltime


@dataclass(frozen=True, slots=True)
class Start:
    """A start (epoch minute) at a clinic, and who could give the visit."""

    start: int
    clinic_id: uuid.UUID
    practitioner_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit as proposed, whether it is as it was wished, and what could stand in its place."""

    option: Option
    is_as_preferred: bool
    alternatives: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class ShownStart:
    """A start that could stand in a visit's place, with the clinic's offset."""

    starts_at: datetime
    clinic_id: uuid.UUID
    timezone: str
    practitioner_ids: Sequence[uuid.UUID]


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """A visit as proposed, with the clinic's offset."""

    starts_at: datetime
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID
    is_as_preferred: bool
    alternatives: Sequence[ShownStart]


def as_shown(visits: Iterable[PlannedVisit], facts: Facts) -> list[ShownVisit]:
    """The visits as answers show them; the facts are those that they were found in."""
    zones = {place.clinic.id: place.clinic.zone for place in facts.places}

    def by_the_clock(minute: int, clinic_id: uuid.UUID) -> datetime:
        return walltime.instant_of(minute).astimezone(zones[clinic_id])

    def start(one: Start) -> ShownStart:
        at = by_the_clock(one.start, one.clinic_id)
        return ShownStart(at, one.clinic_id, zones[one.clinic_id].key, one.practitioner_ids)

    return [
        ShownVisit(
            by_the_clock(visit.option.start, visit.option.clinic_id),
            visit.option.clinic_id,
            visit.option.practitioner_id,
            visit.is_as_preferred,
            [start(one) for one in visit.alternatives],
        )
        for visit in visits
    ]

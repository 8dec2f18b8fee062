"""Planning a series of visits: a dry run, nothing is held or booked."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from backend.appointments.actions.whom import whom_at_all
from backend.appointments.availability.gate import Gate, gate
from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.availability.options import options
from backend.appointments.queries.planned import PlannedVisit, Start
from backend.appointments.rules.facts import Window
from backend.appointments.rules.series import Option, SeriesWish, choose_series, instead_of
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed

ALTERNATIVES = 3
# No clinic books further ahead.
HORIZON = timedelta(days=731)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which service, at which clinics, by whom: empty practitioners mean any."""

    service_id: uuid.UUID
    clinic_ids: tuple[uuid.UUID, ...]
    practitioner_ids: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """The proposal: all visits that were wished, or as many as the calendar has within the gaps."""

    patient_id: uuid.UUID
    wish: SeriesWish
    facts: Facts
    gate: Gate
    visits: tuple[PlannedVisit, ...]


def plan_series(actor: Actor, *, where: Where, wish: SeriesWish, patient_id: uuid.UUID | None = None) -> SeriesPlan:
    """Propose visits that book just now, all of them together; the service's own spacing widens the gaps.

    Raises NotFound, PermissionDenied, and ValidationFailed for gaps that the service does not allow.
    """
    patient_id = whom_at_all(actor, patient_id=patient_id, clinic_ids=where.clinic_ids)
    now = clock.now()
    first = max(wish.from_date, (now - timedelta(hours=12)).date())  # yesterday's last hours, somewhere
    facts = gather(
        Question(
            service_id=where.service_id,
            window=Window(first, _last(first, (now + HORIZON).date(), wish)),
            clinic_ids=where.clinic_ids,
            practitioner_ids=where.practitioner_ids,
            patient_id=patient_id,
        )
    )
    wish = replace(wish, from_date=first, min_gap_days=_min_gap(wish, facts.service.spacing_days))
    return SeriesPlan(patient_id, wish, facts, gate(facts), tuple(_planned(options(facts), wish)))


def _last(first: date, horizon: date, wish: SeriesWish) -> date:
    return max(first, min(first + timedelta(days=wish.count * wish.max_gap_days), horizon))


def _min_gap(wish: SeriesWish, spacing_days: int) -> int:
    if spacing_days > wish.max_gap_days:
        told = "This service needs more days between visits."
        raise ValidationFailed(errors=(FieldError("/max_gap_days", FieldCode.TOO_SMALL, told),))
    return max(wish.min_gap_days, spacing_days)


def _planned(found: Sequence[Option], wish: SeriesWish) -> list[PlannedVisit]:
    chosen = choose_series(found, wish)
    return [
        PlannedVisit(option, not wish.misses(option), _starts(instead_of(place, chosen, found, wish)))
        for place, option in enumerate(chosen)
    ]


def _starts(others: Iterable[Option]) -> tuple[Start, ...]:
    """The first of them, each start once, with everybody who could give it."""
    who: dict[tuple[int, uuid.UUID], list[uuid.UUID]] = {}
    for option in others:
        who.setdefault((option.start, option.clinic_id), []).append(option.practitioner_id)
    first = list(who.items())[:ALTERNATIVES]
    return tuple(Start(start, clinic_id, tuple(people)) for (start, clinic_id), people in first)

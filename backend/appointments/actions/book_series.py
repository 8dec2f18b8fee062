"""Booking several visits together."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.appointments.actions.advance import begin
from backend.appointments.actions.draft import draft
from backend.appointments.actions.settle import settle
from backend.appointments.actions.take_series import SeriesOrder, take_series
from backend.appointments.actions.whom import require_verified_email, whom_at_all
from backend.appointments.actions.wish import Wish
from backend.appointments.availability.gather import Facts
from backend.appointments.availability.pencil import Pick, Wanted
from backend.appointments.enums import Status
from backend.appointments.event_types import SeriesBooked
from backend.appointments.models import Appointment, Series
from backend.appointments.queries.series_conflicts import Conflict
from backend.audit.actions import record
from backend.common import walltime
from backend.common.access import Actor
from backend.common.batches import in_one_statement, insert
from backend.common.errors import RangeTooLong
from backend.events.actions import publish

# No clinic books further ahead.
LONGEST = timedelta(days=731)
Then = Callable[[Series, Sequence[Appointment]], None]


def _nothing_more(_series: Series, _visits: Sequence[Appointment]) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesVisit:
    """One of the visits wanted; without a practitioner: whoever is free, the one who gives others of them first."""

    starts_at: datetime
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID | None = None


def book_series(
    actor: Actor,
    *,
    service_id: uuid.UUID,
    visits: Sequence[SeriesVisit],
    patient_id: uuid.UUID | None = None,
    accept_partial: bool = False,
    note: str = "",
    then: Then = _nothing_more,
) -> Series:
    """Book them all in one transaction or none; with `accept_partial` those that can be booked, if any. `then` is what
    an app above writes along with them, behind the same locks; it may refuse.

    Rules are asked of each as if those before it were booked. Raises EmailNotVerified, NotFound, PermissionDenied,
    RangeTooLong, SeriesConflict (with what refuses each and the nearest alternatives), Unavailable.
    """
    patient_id = _permitted(actor, visits, patient_id)
    order = SeriesOrder(
        service_id=service_id,
        patient_id=patient_id,
        visits=tuple(
            Wanted(index, walltime.minute_of(visit.starts_at), visit.clinic_id, visit.practitioner_id)
            for index, visit in enumerate(visits)
        ),
        accept_partial=accept_partial,
    )

    def write(facts: Facts, picks: Sequence[Pick], conflicts: Sequence[Conflict]) -> Series:
        series = Series(
            patient_id=patient_id,
            service_id=service_id,
            booked_by_id=actor.user_id,
            conflicts=[conflict.kept() for conflict in conflicts],
        )
        then(series, _write(actor, series, picks, facts.now, note))
        return series

    return take_series(order, write)


def _permitted(actor: Actor, visits: Sequence[SeriesVisit], patient_id: uuid.UUID | None) -> uuid.UUID:
    """Whom the visits are for, if the caller may book them all."""
    clinic_ids = list(dict.fromkeys(visit.clinic_id for visit in visits))
    for clinic_id in clinic_ids:
        require_verified_email(actor, clinic_id=clinic_id)
    starts = [visit.starts_at for visit in visits]
    if max(starts) - min(starts) > LONGEST:
        raise RangeTooLong(members={"max_days": LONGEST.days})
    return whom_at_all(actor, patient_id=patient_id, clinic_ids=clinic_ids)


def _write(actor: Actor, series: Series, picks: Sequence[Pick], now: datetime, note: str) -> list[Appointment]:
    with in_one_statement():
        insert(series)
        visits = [_book(actor, series, pick, now, note) for pick in picks]
        publish(
            SeriesBooked(
                subject_id=series.pk,
                patient_id=series.patient_id,
                service_id=series.service_id,
                appointment_ids=tuple(visit.pk for visit in visits),
            )
        )
        record(
            actor,
            "series.booked",
            subject_type="series",
            subject_id=series.pk,
            patient_id=series.patient_id,
            after={"appointment_ids": [str(visit.pk) for visit in visits], "refused": len(series.conflicts)},
        )
    return visits


def _book(actor: Actor, series: Series, pick: Pick, now: datetime, note: str) -> Appointment:
    if pick.lane is None or pick.room is None:
        raise LookupError("nobody was picked for this visit")
    starts_at = walltime.instant_of(pick.wanted.start)
    wish = Wish(
        series.service_id, pick.wanted.clinic_id, starts_at, pick.lane.practitioner.id, patient_id=series.patient_id
    )
    visit = draft(wish, pick.lane, pick.room, booked_by_id=actor.user_id, booked_at=now, note=note, series_id=series.pk)
    begin(visit, Status.BOOKED, by=actor.user_id, at=now)
    settle(actor, visit, series.patient_id)
    return visit

"""Writes planned visits as rows, with the steps that each has taken by now."""

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from backend.accounts.models import User
from backend.appointments.enums import CancelReason, Status
from backend.appointments.models import Appointment, Transition
from backend.clinics.models import Clinic, ClinicService
from backend.common.walltime import instant_of, promised, zone
from backend.config.demo.diary import Visit
from backend.config.demo.draft import BATCH_ROWS, Draft
from backend.patients.models import Patient

CANCELLED_SHARE, NO_SHOW_SHARE, CONFIRMED_SHARE = 0.07, 0.05, 0.6
CANCEL_REASONS = {"cancel_reason": CancelReason.SCHEDULE}


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a step is taken: an instant of the visit and how much later (or earlier), and the column that keeps it."""

    status: Status
    column: str
    base: str
    later: timedelta

    def of(self, visit: Appointment) -> datetime:
        """The instant of this step."""
        base: datetime = getattr(visit, self.base)
        return base + self.later


# In the order in which the lifecycle allows them.
STAMPS = (
    Stamp(Status.CANCELLED, "cancelled_at", "booked_at", timedelta(hours=24)),
    Stamp(Status.CONFIRMED, "confirmed_at", "starts_at", timedelta(hours=-48)),
    Stamp(Status.CHECKED_IN, "checked_in_at", "starts_at", timedelta(minutes=-5)),
    Stamp(Status.IN_PROGRESS, "started_at", "starts_at", timedelta()),
    Stamp(Status.COMPLETED, "completed_at", "ends_at", timedelta()),
    Stamp(Status.NO_SHOW, "no_show_at", "starts_at", timedelta(minutes=20)),
)
ATTENDED = {Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED}


def save_visits(
    draft: Draft,
    visits: Sequence[Visit],
    *,
    desk: Mapping[Clinic, User],
    named: Collection[Patient],
    now: datetime,
    rng: random.Random,
) -> None:
    """Insert the visits as booked, walk them through the steps due by `now`, and write the history.

    The lifecycle's own functions move one row at a time, which would take a minute here; the database's trigger
    judges each step all the same. No events: nobody is to be told of visits that were never booked.
    """
    prices = {(offer.clinic_id, offer.service_id): offer for offer in draft.of(ClinicService)}
    rows, walks = [], defaultdict[Stamp, list[UUID]](list)
    history: list[Transition] = []
    for visit in visits:
        staff = desk[visit.clinic]
        row = _row(visit, prices[visit.clinic.pk, visit.service.pk], staff, now, rng)
        rows.append(row)
        steps = _steps(row, is_story=visit.patient in named, now=now, rng=rng)
        came_from: str = ""
        for status, at in [(Status.BOOKED, row.created_at), *((stamp.status, stamp.of(row)) for stamp in steps)]:
            history.append(Transition(appointment=row, from_status=came_from, to_status=status, at=at, by=staff))
            came_from = status
        for stamp in steps:
            walks[stamp].append(row.pk)
    Appointment.objects.bulk_create(rows, batch_size=BATCH_ROWS)
    for stamp in STAMPS:
        _walk(stamp, walks[stamp])
    Transition.objects.bulk_create(history, batch_size=BATCH_ROWS)


def _row(visit: Visit, offer: ClinicService, staff: User, now: datetime, rng: random.Random) -> Appointment:
    service, clinic = visit.service, visit.clinic
    starts_at = instant_of(visit.minute)
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    ahead = timedelta(days=rng.randint(2, 20), minutes=rng.randrange(600))
    booked_at = min(starts_at, now.replace(second=0, microsecond=0)) - ahead
    return Appointment(
        patient=visit.patient,
        practitioner=visit.practitioner,
        clinic=clinic,
        service=service,
        room=visit.room,
        status=Status.BOOKED,
        occupied_from=starts_at - timedelta(minutes=service.before_minutes),
        starts_at=starts_at,
        ends_at=ends_at,
        occupied_until=ends_at + timedelta(minutes=service.after_minutes),
        local_start=promised(starts_at, zone(clinic.timezone)).local_start,
        timezone=clinic.timezone,
        booked_by=visit.patient.user or staff,
        booked_at=booked_at,
        created_at=booked_at,
        updated_at=booked_at,
        price_minor=service.price_minor if offer.price_minor is None else offer.price_minor,
        tax_basis_points=service.tax_basis_points,
        currency=clinic.organisation.currency,
        free_cancellation_minutes=clinic.free_cancellation_minutes,
        late_cancellation_fee_percent=clinic.late_cancellation_fee_percent,
        no_show_fee_percent=clinic.no_show_fee_percent,
    )


def _steps(row: Appointment, *, is_story: bool, now: datetime, rng: random.Random) -> list[Stamp]:
    """What has happened to the visit by now. A named patient keeps every visit."""
    fate, is_confirmed = rng.random(), rng.random() < CONFIRMED_SHARE
    if not is_story and fate < CANCELLED_SHARE:
        path = {Status.CANCELLED}
    elif not is_story and fate > 1 - NO_SHOW_SHARE and row.ends_at < now:
        path = {Status.NO_SHOW}
    else:
        path = set(ATTENDED)
    if is_confirmed and Status.CANCELLED not in path:
        path.add(Status.CONFIRMED)
    return [stamp for stamp in STAMPS if stamp.status in path and row.created_at <= stamp.of(row) <= now]


def _walk(stamp: Stamp, ids: list[UUID]) -> None:
    at = F(stamp.base) + stamp.later
    reason = CANCEL_REASONS if stamp.status == Status.CANCELLED else {}
    for first in range(0, len(ids), BATCH_ROWS):
        Appointment.objects.filter(pk__in=ids[first : first + BATCH_ROWS]).update(
            status=stamp.status, version=F("version") + 1, updated_at=at, **{stamp.column: at}, **reason
        )

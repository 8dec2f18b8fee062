"""Visits and holds whose instants no longer are what the wall clock promised (D25)."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from backend.appointments.enums import BLOCKING_STATUSES, Status
from backend.appointments.models import Appointment
from backend.appointments.rules.timelaw import AT_MOST, Retiming, Timed, shift_of
from backend.clinics.models import Clinic

_COLUMNS = [field.name for field in fields(Timed)]


def broken_promises(now: datetime) -> Iterator[tuple[Timed, timedelta | None]]:
    """The rows that are yet to begin, by the old instant or the promised one, and are not where the wall clock puts
    them, with how far they are off; None where the clock never reads that time. One statement a clinic.
    """
    to_come = Appointment.objects.filter(status__in=BLOCKING_STATUSES, starts_at__gt=now - AT_MOST)
    for clinic_id in Clinic.objects.order_by("pk").values_list("pk", flat=True):
        for row in _timed(to_come.filter(clinic_id=clinic_id)):
            by = shift_of(row)
            if by != timedelta() and max(row.starts_at, row.starts_at + (by or timedelta())) > now:
                yield row, by


def unchanged(batch: Iterable[Retiming]) -> list[Retiming]:
    """Those whose rows nobody has changed since they were read, kept from change until the transaction ends."""
    planned = {one.row.id: one for one in batch}
    rows = Appointment.objects.select_for_update(no_key=True).filter(pk__in=planned).order_by("pk")
    return [planned[row.id] for row in _timed(rows) if row == planned[row.id].row]


def in_the_way(batch: Sequence[Retiming], now: datetime, *, but_for: Collection[uuid.UUID] = ()) -> list[Timed]:
    """The rows that do not move, of the same people and rooms, around the times that the batch moves to."""
    if not batch:
        return []
    rows = [one.row for one in batch]
    around = Appointment.objects.occupying(
        {row.practitioner_id for row in rows},
        {row.room_id for row in rows},
        {row.patient_id for row in rows if row.patient_id},
    ).filter(
        status__in=BLOCKING_STATUSES,
        occupied_from__lt=max(one.row.occupied_until + one.by for one in batch),
        occupied_until__gt=min(one.row.occupied_from + one.by for one in batch),
    )
    run_out = Q(status=Status.HELD, hold_expires_at__lte=now)
    return _timed(around.exclude(run_out).exclude(pk__in=[*(row.id for row in rows), *but_for]))


def _timed(rows: QuerySet[Appointment]) -> list[Timed]:
    return [Timed(**row) for row in rows.values(*_COLUMNS)]

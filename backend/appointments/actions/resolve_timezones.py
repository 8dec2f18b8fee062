"""Following a change in the law of clocks: visits keep their wall time, so their instants move (D25)."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from backend.appointments.actions.advance import advance
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.retime import REASON, retime
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.appointments.queries.timelaw import broken_promises, in_the_way, unchanged
from backend.appointments.rules.timelaw import Judged, Retiming, Timed, batches, settle
from backend.common import clock
from backend.common.errors import Unavailable
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskKind, TaskStatus
from backend.tasks.models import Task

_BATCH = 200
_ROUNDS = 5
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Left:
    """A visit that keeps its old instants, since its time is taken by those rows or, with none, no longer exists."""

    row: Timed
    in_the_way: frozenset[uuid.UUID] = frozenset()


@dataclass(slots=True)
class Resolution:
    """What was done, or would be: `missed` are visits that somebody changed or locked at that moment."""

    moved: list[Retiming] = field(default_factory=list)
    released: int = 0
    left: list[Left] = field(default_factory=list)
    missed: list[Timed] = field(default_factory=list)


def resolve_timezones(*, dry_run: bool = False) -> Resolution:
    """Put every visit to come where the wall clock promised it, by the zone data in use; a second run finds nothing.

    A visit whose time is taken, or is skipped by the clock, is left where it was and becomes an urgent task of the
    clinic. Holds whose time is no longer what was shown are released. Visits that touch each other move in one
    statement; everything else in small transactions, so that booking goes on meanwhile.
    """
    resolution = Resolution()
    for _ in range(1 if dry_run else _ROUNDS):
        moved_before = len(resolution.moved)
        _resolve(resolution, dry_run=dry_run)
        # Who moved may have made way for who was left.
        may_go_on = resolution.left and len(resolution.moved) > moved_before
        if not (may_go_on or resolution.missed):
            break
    if not dry_run:
        _tell_the_desks(resolution.left)
    return resolution


def _resolve(resolution: Resolution, *, dry_run: bool) -> None:
    resolution.left, resolution.missed = [], []
    holds, wanted = [], []
    for row, by in broken_promises(clock.now()):
        if row.status == Status.HELD:
            holds.append(row.id)
        elif by is None:
            resolution.left.append(Left(row))
        else:
            wanted.append(Retiming(row, by))
    resolution.released += len(holds)
    if not dry_run:
        _release(holds)
    for batch in batches(wanted, _BATCH):
        going, staying = _judge(batch, clock.now(), but_for=holds) if dry_run else _move(batch)
        resolution.moved += going
        resolution.left += [Left(one.row, frozenset(staying[one.row.id])) for one in batch if one.row.id in staying]
        seen = {one.row.id for one in going} | staying.keys()
        resolution.missed += [one.row for one in batch if one.row.id not in seen]


def _judge(batch: Sequence[Retiming], now: datetime, *, but_for: Sequence[uuid.UUID] = ()) -> Judged:
    return settle(batch, in_the_way(batch, now, but_for=but_for))


def _move(batch: Sequence[Retiming]) -> Judged:
    def attempt() -> Judged:
        rows = [one.row for one in batch]
        people = {row.practitioner_id for row in rows}
        patients = {row.patient_id for row in rows if row.patient_id}
        with door(practitioner_ids=people, room_ids={row.room_id for row in rows}, patient_ids=patients) as now:
            judged = _judge(unchanged(batch), now)
            retime(judged[0], at=now)
            return judged

    try:
        return Patience().run(attempt)
    except (Unavailable, IntegrityError):
        logger.warning("visits are left to the next round", extra={"visits": len(batch)})
        return [], {}


def _release(hold_ids: Iterable[uuid.UUID]) -> None:
    for hold in Appointment.objects.filter(pk__in=hold_ids):
        try:
            Patience().run(partial(_let_go, hold))
        except Unavailable:
            logger.warning("a hold is left to the next round")


def _let_go(hold: Appointment) -> None:
    with door(**hold.resources) as now:
        for held in Appointment.objects.select_for_update(no_key=True).filter(pk=hold.pk, status=Status.HELD):
            advance(held, Status.EXPIRED, by=None, at=now, reason=REASON)


def _tell_the_desks(left: Sequence[Left]) -> None:
    today = clock.now().date()
    waiting = Task.objects.filter(kind=TaskKind.VISIT_TIME_CONFLICT, status=TaskStatus.OPEN)
    gone = waiting.exclude(appointment_id__in=[one.row.id for one in left])
    with transaction.atomic():
        settle_tasks(task_ids=list(gone.values_list("pk", flat=True)), reason="the visit is where it was promised")
        wanted = [
            NewTask(
                clinic_id=one.row.clinic_id,
                kind=TaskKind.VISIT_TIME_CONFLICT,
                text=_text(one),
                due_date=today,
                is_urgent=True,
                # Known by version: another change of law after a change of the visit is another task.
                dedupe_key=f"visit-time-conflict:{one.row.id}:{one.row.version}",
                appointment_id=one.row.id,
                patient_id=one.row.patient_id,
                practitioner_id=one.row.practitioner_id,
            )
            for one in left
        ]
        open_tasks(wanted=wanted, reason=REASON)


def _text(left: Left) -> str:
    why = "another visit has that time" if left.in_the_way else "there is no such time that day"
    start = left.row.local_start.replace("T", " ")
    return f"Promised for {start}, but the law of the clinic's clock changed and {why}: move or cancel the visit."

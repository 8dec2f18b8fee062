"""The one door to occupied time: every write that takes or frees it passes here (docs/guides/locking.md)."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic, sleep
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from backend.appointments.actions.advance import advance
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.common.db import sqlstate_of
from backend.common.errors import Unavailable

LOCK_SECONDS = 0.7
LOCK_TIMEOUT = f"{LOCK_SECONDS * 1000:.0f}ms"
# deadlock_detected, serialization_failure, lock_not_available: another attempt may pass.
PASSING = frozenset({"40P01", "40001", "55P03"})
T = TypeVar("T")


@contextmanager
def door(
    *, practitioner_ids: Iterable[uuid.UUID], room_ids: Iterable[uuid.UUID], patient_ids: Iterable[uuid.UUID]
) -> Iterator[datetime]:
    """Enter a transaction that alone may change the time of these people and rooms; yields the database's now.

    One statement takes all locks in one order, so that no two callers wait for each other in a ring. What is read
    inside sees everything that was committed before the locks were had (READ COMMITTED). Holds that have run out are
    released on the way in, since no constraint can read a clock. Never take more locks inside (R4).
    """
    practitioners, rooms, patients = list(practitioner_ids), list(room_ids), list(patient_ids)
    # No savepoint: whoever tries again has one.
    with transaction.atomic(savepoint=False):
        now, has_expired = _enter(practitioners, rooms, patients)
        if has_expired:
            _release_expired(practitioners, rooms, patients, now)
        yield now


# A filter is judged before what it lets through is worked out, so the timeout is set when the first lock is asked for.
_LOCKS = """
    SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%(keys)s::bigint[]) AS key
    WHERE set_config('lock_timeout', %(timeout)s, true) <> ''
"""
# The clock is read behind the locks. Holds are seen as they were when the wait began: one that was made since cannot
# have run out yet.
_ENTER = f"""
    WITH locks AS MATERIALIZED ({_LOCKS})
    SELECT domain_now(), EXISTS (
        SELECT FROM appointments_appointment
        WHERE status = 'held' AND hold_expires_at <= domain_now()
          AND (practitioner_id = ANY(%(practitioners)s::uuid[]) OR room_id = ANY(%(rooms)s::uuid[])
               OR patient_id = ANY(%(patients)s::uuid[])))
    FROM locks
"""  # noqa: S608 (the text above) # nosec B608


def lock(resource_ids: Iterable[uuid.UUID]) -> None:
    """Take the locks of all these at once, in one order, until the transaction ends. Once in a transaction (R4)."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS, {"keys": _keys(resource_ids), "timeout": LOCK_TIMEOUT})


def _enter(practitioners: list[uuid.UUID], rooms: list[uuid.UUID], patients: list[uuid.UUID]) -> tuple[datetime, bool]:
    """Take the locks; the time it is then, and whether a hold on any of them has run out."""
    owners = {"practitioners": practitioners, "rooms": rooms, "patients": patients}
    keys = _keys([*practitioners, *rooms, *patients])
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, {**owners, "keys": keys, "timeout": LOCK_TIMEOUT})
        now, has_expired = cursor.fetchone()
    return now, has_expired


def _keys(resource_ids: Iterable[uuid.UUID]) -> list[int]:
    return sorted({lock_key(resource) for resource in resource_ids})


def lock_key(resource_id: uuid.UUID) -> int:
    """The advisory lock of a practitioner, room or patient: the id folded into a signed 64-bit number.

    Two resources that fold alike merely wait for each other.
    """
    folded = (resource_id.int >> 64) ^ (resource_id.int & (2**64 - 1))
    return folded - 2**64 if folded >= 2**63 else folded


class Patience:
    """How long one request may go on trying: 2.5 seconds over all its attempts (R4)."""

    def __init__(self, seconds: float = 2.5) -> None:
        self._deadline = monotonic() + seconds

    @property
    def is_left(self) -> bool:
        """Whether another wait for locks fits in."""
        return monotonic() + LOCK_SECONDS <= self._deadline

    def run(self, attempt: Callable[[], T]) -> T:
        """Run an attempt in its own transaction, and again while only a passing state of the database stops it.

        Raises Unavailable when patience has run out.
        """
        pause = 0.02
        while True:
            try:
                with transaction.atomic():
                    return attempt()
            except OperationalError as error:
                if sqlstate_of(error) not in PASSING:
                    raise
                # Another wait must fit in, else the answer is later than was promised.
                if monotonic() + pause + LOCK_SECONDS > self._deadline:
                    raise Unavailable(retry_after_seconds=1) from error
            sleep(pause)
            pause *= 2


def _release_expired(
    practitioners: list[uuid.UUID], rooms: list[uuid.UUID], patients: list[uuid.UUID], now: datetime
) -> None:
    # Another door may be at the same hold, by a resource that is not ours: rows are locked in one order, and a hold
    # that it has released meanwhile drops out instead of failing us.
    held = Appointment.objects.select_for_update(no_key=True).filter(status=Status.HELD, hold_expires_at__lte=now)
    for hold in held.occupying(practitioners, rooms, patients).order_by("pk"):
        advance(hold, Status.EXPIRED, by=None, at=now, reason="ran out")

"""One process of a crowd: threads, each with a connection of its own, that all want the same few times."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest.mock import patch

SLOT_MS = 5  # of the histogram of times to answer
KEPT_FOR = 3  # attempts: whoever won cancels after so many more, so that there is always something to win


@dataclass(frozen=True)
class Fight:
    """What is wanted: any of these starts, with anybody in particular or not, for any of these patients."""

    service_id: uuid.UUID
    clinic_id: uuid.UUID
    starts: Sequence[datetime]
    practitioner_ids: Sequence[uuid.UUID]
    patients: Sequence[tuple[uuid.UUID, uuid.UUID]]  # who signs in, and the patient they are

    def wish(self) -> dict[str, Any]:
        """One of all that can be wanted; every fourth time anybody's."""
        who = secrets.choice([None, *self.practitioner_ids])
        start = secrets.choice(self.starts)
        return {"service_id": self.service_id, "clinic_id": self.clinic_id, "starts_at": start, "practitioner_id": who}


@dataclass
class Tally:
    """What came of attempts, and after how long."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slots: Counter[int] = field(default_factory=Counter)
    entered: int = 0
    """How many got as far as the locks."""
    worst_seconds: float = 0.0

    def note(self, outcome: str, seconds: float) -> None:
        """One attempt."""
        self.outcomes[outcome] += 1
        self.slots[int(seconds * 1000) // SLOT_MS] += 1
        self.worst_seconds = max(self.worst_seconds, seconds)

    def add(self, other: Tally) -> None:
        """Those of another as well."""
        self.outcomes += other.outcomes
        self.slots += other.slots
        self.entered += other.entered
        self.worst_seconds = max(self.worst_seconds, other.worst_seconds)

    def percentile(self, share: float) -> int:
        """The time within which that share was answered, in milliseconds."""
        left = share * self.slots.total()
        for slot, count in sorted(self.slots.items()):
            left -= count
            if left <= 0:
                return (slot + 1) * SLOT_MS
        return 0


def fight(what: Fight, attempts: int, threads: int) -> Tally:
    """Make so many attempts through the action that the API calls, on so many connections. In a process of its own."""
    import django

    django.setup()
    from django.db import connection

    from backend.appointments.actions import take
    from backend.appointments.actions.door import door

    entered: Counter[int] = Counter()

    def counted(**resources: Any) -> Any:
        entered[threading.get_ident()] += 1
        return door(**resources)

    tally, lock = Tally(), threading.Lock()

    def run() -> None:
        try:
            connection.ensure_connection()
            mine = _attempts(what, attempts // threads)
        finally:
            connection.close()
        with lock:
            tally.add(mine)

    with patch.object(take, "door", counted):
        at_work(run, threads)
    tally.entered = entered.total()
    return tally


def at_work(act: Callable[[], None], threads: int) -> None:
    """Let so many threads act, and wait for all."""
    working = [threading.Thread(target=act) for _ in range(threads)]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()


def _attempts(what: Fight, count: int) -> Tally:
    from backend.appointments.actions.book_appointment import book_appointment
    from backend.appointments.actions.cancel_appointment import cancel_appointment
    from backend.appointments.enums import CancelReason
    from backend.common.errors import DomainError, Unavailable
    from bench.floor import Somebody

    tally, won = Tally(), deque[tuple[int, Any, uuid.UUID]]()
    for number in range(count):
        actor = Somebody(*secrets.choice(what.patients)).actor
        wish, began = what.wish(), time.perf_counter()
        try:
            won.append((number, actor, book_appointment(actor, **wish).pk))
            outcome = "won"
        except DomainError as error:
            outcome = error.code
        except Exception as error:
            outcome = f"fault: {error!r:.200}"
        tally.note(outcome, time.perf_counter() - began)
        while won and (won[0][0] + KEPT_FOR <= number or number == count - 1):
            _, owner, visit = won[0]
            with suppress(Unavailable):  # then once more
                cancel_appointment(owner, appointment_id=visit, reason=CancelReason.OTHER)
                won.popleft()
    return tally

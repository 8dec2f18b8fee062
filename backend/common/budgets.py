"""How often something may be done in a while (R20).

Two places to count: `spend` in PostgreSQL, where all processes share the count; `Tally` in the memory of a process,
for what is too frequent to be worth a statement. Real time, not the domain's (R12): a sandbox that moves its clock
must not move budgets.
"""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection

from backend.common.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Charge:
    """One use of the budget `name` of settings.BUDGETS by `whose`: an id, an address; empty is everybody together."""

    name: str
    whose: str

    @property
    def key(self) -> str:
        """Where it is counted. A digest, since e-mail and network addresses are nobody's business."""
        secret = settings.SECRET_KEY.encode()[:64]
        return f"{self.name}:{hashlib.blake2b(self.whose.encode(), key=secret, digest_size=16).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands after a use: `left` uses until the window ends, in `seconds_left`."""

    name: str
    limit: int
    window_seconds: int
    left: int
    seconds_left: int
    is_overdrawn: bool


# Sorted, so that two who touch the same rows never wait for each other in a ring.
_SPEND = """
    INSERT INTO common_budgetuse AS known (key, ends_at, uses)
    SELECT key, now() + make_interval(secs => seconds), 1
    FROM unnest(%s::text[], %s::float8[]) AS charge (key, seconds) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE excluded.ends_at END,
        uses = CASE WHEN known.ends_at > now() THEN known.uses + 1 ELSE 1 END
    RETURNING key, uses, extract(epoch FROM known.ends_at - now())::float8
"""


def spend(charges: Sequence[Charge]) -> list[Standing]:
    """Count these uses for all processes, in one statement, and say how the budgets stand.

    Call it outside the transaction of what is paid for: a refused attempt counts too.
    """
    by_key = {charge.key: charge.name for charge in charges}
    windows = [settings.BUDGETS[name].window.total_seconds() for name in by_key.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [list(by_key), windows])
        return [_standing(by_key[key], uses, seconds_left) for key, uses, seconds_left in cursor.fetchall()]


def refuse_overdrawn(standings: Iterable[Standing]) -> None:
    """Raise RateLimited, with the seconds until all of them can be used again, if any is used up."""
    waits = [standing.seconds_left for standing in standings if standing.is_overdrawn]
    if waits:
        raise RateLimited(retry_after_seconds=max(waits))


class Tally:
    """Counts of this process alone. Bounded: when full, the window that began first is forgotten."""

    def __init__(self, size: int = 10_000) -> None:
        self.size = size
        self._uses: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def spend(self, charge: Charge) -> Standing:
        """Count one use and say how the budget stands."""
        now, key = time.monotonic(), charge.key
        with self._lock:
            ends_at, uses = self._uses.get(key, (0.0, 0))
            if ends_at <= now:
                self._uses.pop(key, None)
                ends_at, uses = now + settings.BUDGETS[charge.name].window.total_seconds(), 0
            self._uses[key] = ends_at, uses + 1
            if len(self._uses) > self.size:
                self._uses.popitem(last=False)
        return _standing(charge.name, uses + 1, ends_at - now)

    def forget(self) -> None:
        """Begin anew, for tests."""
        with self._lock:
            self._uses.clear()


def _standing(name: str, uses: int, seconds_left: float) -> Standing:
    budget: Any = settings.BUDGETS[name]
    window = int(budget.window.total_seconds())
    wait = max(math.ceil(seconds_left), 1)
    return Standing(name, budget.uses, window, max(budget.uses - uses, 0), wait, is_overdrawn=uses > budget.uses)

"""How often something may be done in a while (R20).

Counted in PostgreSQL, so that all processes share the count. Real time, not the domain's (R12): a sandbox that moves
its clock must not move budgets.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from backend.common.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Charge:
    """One use of the budget `name` of settings.BUDGETS by `whose`: an id, an address; empty is everybody together."""

    name: str
    whose: str
    unless: str = ""
    """The key of a window: while that is open, the use is free."""
    is_told: bool = True
    """False when it is not the caller's alone: what is left of it tells what others do."""

    @property
    def key(self) -> str:
        """Where it is counted."""
        return key_of(self.name, self.whose)


def key_of(name: str, whose: str) -> str:
    """The key of a window. A digest, since e-mail and network addresses are nobody's business."""
    secret = settings.SECRET_KEY.encode()[:64]
    return f"{name}:{hashlib.blake2b(whose.encode(), key=secret, digest_size=16).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands after a use: `left` uses until the window ends, in `seconds_left`."""

    name: str
    limit: int
    window_seconds: int
    left: int
    seconds_left: int
    is_overdrawn: bool
    is_told: bool = True

    @classmethod
    def after(cls, charge: Charge, uses: int, seconds_left: float) -> "Standing":
        """How it stands after so many uses in the window that ends then."""
        budget: Any = settings.BUDGETS[charge.name]
        window = int(budget.window.total_seconds())
        left, is_overdrawn = max(budget.uses - uses, 0), uses > budget.uses
        return cls(
            charge.name, budget.uses, window, left, max(math.ceil(seconds_left), 1), is_overdrawn, charge.is_told
        )


# Sorted, so that two who touch the same rows never wait for each other in a ring.
_SPEND = """
    INSERT INTO common_budgetuse AS known (key, ends_at, uses)
    SELECT key, now() + make_interval(secs => seconds), 1
    FROM unnest(%s::text[], %s::float8[], %s::text[]) AS charge (key, seconds, unless)
    WHERE NOT EXISTS (SELECT FROM common_budgetuse AS pass WHERE pass.key = unless AND pass.ends_at > now())
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE excluded.ends_at END,
        uses = CASE WHEN known.ends_at > now() THEN known.uses + 1 ELSE 1 END
    RETURNING key, uses, extract(epoch FROM known.ends_at - now())::float8
"""


def spend(charges: Sequence[Charge]) -> list[Standing]:
    """Count these uses for all processes, in one statement, and say how the budgets stand.

    Call it outside the transaction of what is paid for: a refused attempt counts too.
    """
    by_key = {charge.key: charge for charge in charges}
    windows = [settings.BUDGETS[charge.name].window.total_seconds() for charge in by_key.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [list(by_key), windows, [charge.unless for charge in by_key.values()]])
        return [Standing.after(by_key[key], uses, seconds_left) for key, uses, seconds_left in cursor.fetchall()]


_SET = """
    INSERT INTO common_budgetuse AS known (key, ends_at, uses)
    SELECT key, now() + make_interval(secs => seconds), 0
    FROM unnest(%s::text[], %s::float8[]) AS wanted (key, seconds) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at, uses = 0
"""


def set_windows(seconds: Mapping[str, float]) -> None:
    """Open these windows, by key, anew for so long, with nothing used; 0 closes one."""
    with connection.cursor() as cursor:
        cursor.execute(_SET, [list(seconds), list(map(float, seconds.values()))])


def forget_ended() -> int:
    """Delete the rows of windows that ended, as many as nobody uses at this moment; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return int(cursor.rowcount)


# Skipping what is in use: whoever spends takes several rows in an order of its own.
_FORGET = """
    DELETE FROM common_budgetuse WHERE key IN (
        SELECT key FROM common_budgetuse WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
    ) AND ends_at <= now()
"""


def refuse_overdrawn(standings: Iterable[Standing]) -> None:
    """Raise RateLimited, with the seconds until all of them can be used again, if any is used up."""
    waits = [standing.seconds_left for standing in standings if standing.is_overdrawn]
    if waits:
        raise RateLimited(retry_after_seconds=max(waits))

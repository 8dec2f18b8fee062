"""How often something may be done in a while (R20).

Counted in PostgreSQL, or in Valkey where settings.BUDGETS_URL names one, so that all processes share the count. Real
time, not the domain's (R12): a sandbox that moves its clock must not move budgets.
"""

import functools
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from backend.common.counts import Counts, PostgresqlCounts, Use
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


def spend(charges: Sequence[Charge]) -> list[Standing]:
    """Count these uses for all processes, at once, and say how the budgets stand.

    Call it outside the transaction of what is paid for: a refused attempt counts too.
    """
    by_key = {charge.key: charge for charge in charges}
    windows = {key: settings.BUDGETS[charge.name].window.total_seconds() for key, charge in by_key.items()}
    counted = _counts().spend([Use(key, windows[key], charge.unless) for key, charge in by_key.items()])
    return [Standing.after(by_key[count.key], count.uses, count.seconds_left) for count in counted]


def set_windows(seconds: Mapping[str, float]) -> None:
    """Open these windows, by key, anew for so long, with nothing used; 0 closes one."""
    _counts().set_windows(seconds)


def forget_ended() -> int:
    """Delete what is kept of windows that ended; how many."""
    return _counts().forget_ended()


def _counts() -> Counts:
    return _elsewhere(settings.BUDGETS_URL) if settings.BUDGETS_URL else PostgresqlCounts()


@functools.cache
def _elsewhere(url: str) -> Counts:
    # Half a second of imports, for those alone who asked for it.
    from backend.common.valkey_counts import ValkeyCounts  # noqa: PLC0415

    return ValkeyCounts(url, instead=PostgresqlCounts())


def refuse_overdrawn(standings: Iterable[Standing]) -> None:
    """Raise RateLimited, with the seconds until all of them can be used again, if any is used up."""
    waits = [standing.seconds_left for standing in standings if standing.is_overdrawn]
    if waits:
        raise RateLimited(retry_after_seconds=max(waits))

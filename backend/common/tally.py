"""Counts of budgets in the memory of a process, for what is too frequent to be worth a statement."""

import time
from collections import OrderedDict
from threading import Lock

from django.conf import settings

from backend.common.budgets import Charge, Standing


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
        return Standing.after(charge, uses + 1, ends_at - now)

    def forget(self) -> None:
        """Begin anew, for tests."""
        with self._lock:
            self._uses.clear()

"""What search keeps between requests, in each process: as much as a bound allows, the longest unused goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value, the state it was read in, and from when until when its holds are those that last.

    Before `since`, holds may have counted that it leaves out; from `until` on, it has one that has run out.
    """

    value: T
    state: tuple[str, ...]
    since: datetime
    until: datetime | None
    weight: int

    def holds(self, state: tuple[str, ...], now: datetime) -> bool:
        """Whether it may be answered in this state at this time."""
        return self.state == state and self.since <= now and (self.until is None or now < self.until)


class Kept(Generic[T]):
    """Entries up to a total weight; of each key the newest alone. For any number of threads."""

    def __init__(self, most: int) -> None:
        self.most, self.weight = most, 0
        self._entries: OrderedDict[Hashable, Entry[T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, state: tuple[str, ...], now: datetime) -> T | None:
        """The value, unless it is not kept or is over."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or not entry.holds(state, now):
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(self, key: Hashable, entry: Entry[T]) -> None:
        """Keep it in place of what was kept under the key."""
        with self._lock:
            self._drop(key)
            self._entries[key] = entry
            self.weight += entry.weight
            while self.weight > self.most:
                self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.weight = 0

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.weight -= entry.weight

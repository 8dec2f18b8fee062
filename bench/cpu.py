"""CPU time of processes, from the kernel's books: wall time on a shared machine says more about its neighbours."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU for one time: of the client or application, and of the database."""

    application: float
    database: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.application + self.database


def spent(pids: Iterable[int]) -> float:
    """Seconds of CPU that these processes have had, all their threads together."""
    nanoseconds = 0
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                nanoseconds += int(thread.read_text().split()[0])
    return nanoseconds / 1e9


def process_group(leader: int) -> list[int]:
    """The server and its workers."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _group_of(pid) == leader]


def _group_of(pid: int) -> int | None:
    with suppress(OSError):
        return os.getpgid(pid)
    return None


class Meter:
    """Measures an act: what the application behind `application` and the database spend on it."""

    def __init__(self, admin: psycopg.Connection, application: Callable[[], list[int]], backends: str) -> None:
        self.admin, self.application, self.backends = admin, application, backends

    def measure(self, act: Callable[[], object], times: int) -> Cost:
        """The cost of one time, the mean over so many."""
        application, database = self.application(), self._database()
        before = spent(application), spent(database)
        for _ in range(times):
            act()
        after = spent(application), spent(database)
        return Cost(*((end - begin) * 1000 / times for begin, end in zip(before, after, strict=True)))

    def _database(self) -> list[int]:
        asked = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        return [pid for (pid,) in self.admin.execute(asked, [self.backends])]


def own() -> list[int]:
    """This process."""
    return [os.getpid()]


def wall(act: Callable[[], object]) -> float:
    """Seconds by the clock."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

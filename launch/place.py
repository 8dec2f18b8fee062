"""Where things lie, and the two things every command needs: a plain error and a lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".evergreen"


class LaunchError(Exception):
    """Something the person at the keyboard can mend; shown without a traceback."""


@contextlib.contextmanager
def locked(path: Path, *, busy: str | None = None) -> Iterator[None]:
    """Hold an exclusive lock on `path`; the kernel frees it even after a kill -9.

    Waits for its turn, or raises LaunchError with the text `busy` when that is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
    except BlockingIOError:
        os.close(handle)
        raise LaunchError(str(busy)) from None
    try:
        yield
    finally:
        os.close(handle)

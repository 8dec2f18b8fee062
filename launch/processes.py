"""Children that must not outlive us, and what is left of those that did."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def die_with_parent(wish: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before it becomes its program, so that a kill -9 of us does not orphan it (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork
    return lambda: prctl(1, int(wish), 0, 0, 0)  # 1 = PR_SET_PDEATHSIG


def runs(pid: int, words: str) -> bool:
    """Whether `pid` is alive and its command line holds `words`: ids are reused, and a pid file outlives a crash."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
        answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
        command = answer.stdout
    return os.fsencode(words) in command


def stop_group(child: subprocess.Popen[bytes], seconds: float = 15) -> None:
    """Ask the group that a child leads to finish; kill -9 it if that takes too long."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def kill_group(pid_file: Path, words: str) -> None:
    """kill -9 the group whose leader `pid_file` names, if its command line still holds `words`."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        if runs(pid, words):
            os.killpg(pid, signal.SIGKILL)
    pid_file.unlink(missing_ok=True)

"""The worker beside the API: started with it, started again when it ends, stopped with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from launch.place import ROOT
from launch.processes import die_with_parent, stop_group

COMMAND = [sys.executable, "-m", "django", "work"]
LONGEST_PAUSE = 30.0


class Worker:
    """One process of `manage.py work`."""

    def __init__(self, environment: Mapping[str, str], log: Path | None = None) -> None:
        self.environment = {"LOG_LEVEL": "WARNING", **environment}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._pause, self._due = 1.0, 0.0

    def start(self) -> None:
        """Start it, without waiting until it works."""
        with self.log.open("ab") if self.log else nullcontext() as said:
            self.process = subprocess.Popen(
                COMMAND,
                cwd=ROOT,
                env=self.environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (no threads here)
            )

    def keep_up(self) -> None:
        """Start it again if it has ended, after a pause that doubles from one second to half a minute."""
        if self.process is None or self.process.poll() is None:
            return
        if not self._due:
            self._due = time.monotonic() + self._pause
            print(
                f"The worker ended ({self.process.returncode}); starting it again in {self._pause:.0f} s.", flush=True
            )
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        elif time.monotonic() >= self._due:
            self._due = 0.0
            self.start()

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Let it finish what it has begun, for a while."""
        if self.process is not None:
            stop_group(self.process)
            self.process = None

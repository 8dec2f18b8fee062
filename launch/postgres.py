"""A PostgreSQL server of our own: made, started, adopted, stopped. Socket only, so it needs no password."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from launch.binaries import ServerUser, find_binaries, major_version, runnable_copy
from launch.place import LaunchError, locked
from launch.processes import die_with_parent, runs

PORT = 5432  # only names the socket file; nothing listens on the network
SOCKET_PATH_LIMIT = 103  # bytes; the shortest sun_path of the systems we run on, less its final zero
START_SECONDS = 60
STOP_SECONDS = 20
BASE_SETTINGS = {"listen_addresses": "", "timezone": "UTC", "log_timezone": "UTC", "unix_socket_permissions": "0700"}
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


@dataclass
class Cluster:
    """One data folder and the server on it. `home` must be reachable by the server's user."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = lambda _: None
    outlives_us: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    user: ServerUser | None = field(default_factory=ServerUser.current, init=False)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    def url(self, role: str = "postgres", database: str = "postgres") -> str:
        """Where clients connect. Raises LaunchError when no server runs."""
        socket = self._socket_folder()
        if socket is None:
            raise LaunchError(f"No PostgreSQL server runs on {self.data}.")
        return f"postgresql://{role}@/{database}?host={quote(str(socket), safe='/')}"

    def start(self) -> None:
        """Make the data folder if need be, then start the server or adopt the one that runs. Raises LaunchError."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._own(self.home)
        with locked(self.home / "start.lock"):
            self.binaries = runnable_copy(find_binaries(), self.user)
            self._discard_other_version()
            if not self.data.exists():
                self._create()
            if not self._answers():
                self._spawn()

    def stop(self) -> None:
        """Disconnect everyone and stop the server, adopted or not; harmless when none runs."""
        pid = self.pid()
        if pid is None:
            return
        socket = self._socket_folder()
        for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, wish)
            if self._gone(pid, STOP_SECONDS):
                break
        self.process = None
        if socket is not None and socket != self.home:
            shutil.rmtree(socket, ignore_errors=True)

    def pid(self) -> int | None:
        """The server's process id, or None when no process of that id lives."""
        if self.process is not None:
            return self.process.pid if self.process.poll() is None else None
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if runs(pid, str(self.data)) else None

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _socket_folder(self) -> Path | None:
        lines = self._pid_lines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def _answers(self) -> bool:
        socket = self._socket_folder()
        if socket is None or self.pid() is None:
            return False
        return self._run("pg_isready", "-q", "-h", str(socket), "-p", str(PORT)).returncode == 0

    def _discard_other_version(self) -> None:
        """Demo data is made anew rather than upgraded: another major version cannot read it."""
        marker = self.data / "PG_VERSION"
        if not marker.exists():
            shutil.rmtree(self.data, ignore_errors=True)  # a half-made folder
            return
        found, wanted = marker.read_text().strip(), str(major_version(self.binaries))
        if found != wanted:
            self.say(f"The data is of PostgreSQL {found}, the server of {wanted}: starting over with fresh data.")
            self.stop()
            shutil.rmtree(self.data)

    def _create(self) -> None:
        # Made aside and renamed: a start that is killed half-way leaves nothing that looks like a cluster.
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._own(fresh)
        locale = ["--locale=C.UTF-8"]
        if major_version(self.binaries) >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        made = self._run("initdb", "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", *locale)
        if made.returncode:
            raise LaunchError(f"initdb failed:\n{made.stderr or made.stdout}")
        fresh.rename(self.data)

    def _spawn(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        command = self._command()
        preexec = None if self.outlives_us else die_with_parent(signal.SIGINT)
        while time.monotonic() < deadline:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as_user(preexec)
                )
            while self.process.poll() is None and time.monotonic() < deadline:
                if self._answers():
                    return
                time.sleep(0.02)
            # A killed server's orphans hold its shared memory for a moment: try again until they are gone.
            time.sleep(0.2)
        self.stop()
        tail = self.log.read_text(errors="replace").splitlines()[-15:]
        raise LaunchError("PostgreSQL did not start:\n" + "\n".join(tail))

    def _command(self) -> list[str]:
        folder = str(self._new_socket_folder()).replace('"', '""')
        wanted = {**BASE_SETTINGS, "unix_socket_directories": f'"{folder}"', "port": str(PORT), **self.settings}
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in wanted.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _new_socket_folder(self) -> Path:
        path = os.fsencode(self.home / f".s.PGSQL.{PORT}.lock")
        if len(path) <= SOCKET_PATH_LIMIT and b"," not in path:  # clients take a comma for a list of hosts
            return self.home
        folder = Path(tempfile.mkdtemp(prefix="evergreen-"))
        self._own(folder)
        return folder

    def _own(self, path: Path) -> None:
        path.chmod(0o700)
        if self.user is not None:
            os.chown(path, self.user.uid, self.user.gid)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.binaries / program), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, **self._as_user())

    def _as_user(self, preexec: Callable[[], None] | None = None) -> dict[str, Any]:
        # Own session: Ctrl-C reaches the launcher alone, which stops the API before its database.
        options: dict[str, Any] = {"cwd": "/", "start_new_session": True, "env": _clean_environment()}
        if self.user is not None:
            options |= {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}
        return {**options, "preexec_fn": preexec}

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.pid == pid:
                if self.process.poll() is not None:
                    return True
            elif not runs(pid, str(self.data)):
                return True
            time.sleep(0.02)
        return False


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG") and name != "LC_ALL"}

"""The real server for tests that need one: granian, worker processes, a pool, the app's own database role."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django import DjangoDbBlocker

from launch import server
from launch.databases import APP, url_for
from launch.place import ROOT
from launch.pytest_plugin import copied_database, discard_database, migrated_database
from launch.run import answers
from launch.worker import Worker

START_SECONDS = 180  # of patience, also on a machine that has much else to do
PATIENT_SECONDS = 300  # for a server that is still starting: on a busy machine that is no fault
DEMO = "evergreen_demo"  # the database whose copies the servers get: to seed one takes as long as to test with it
DEFAULTS = {"WORKERS": "2", "DB_POOL_SIZE": "4"}


class LiveApi:
    """A running API and its database. `url` has no trailing slash."""

    def __init__(self, owner_database_url: str, log_path: Path, env: Mapping[str, str]) -> None:
        self.owner_database_url = owner_database_url
        self.database_url = url_for(owner_database_url, role=APP)
        self.log_path = log_path
        self.port = free_port()
        self.env = dict(env)
        self.process: subprocess.Popen[bytes] | None = None
        self.worker: Worker | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def have_worker(self) -> Worker:
        """The worker that does this server's jobs; started when first asked for."""
        if self.worker is None:
            self.worker = Worker({"LOG_LEVEL": "INFO"} | self._environment(), self.log_path)
            self.worker.start()
        return self.worker

    def start(self, *, anywhere: bool = False) -> None:
        """Start and wait until it is ready to serve; `anywhere` takes another port if somebody has this one by now."""
        workers, threads = (int(self.env.get(name, default)) for name, default in DEFAULTS.items())
        began = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                server.command(port=self.port, workers=workers, threads=threads),
                cwd=ROOT, env=self._environment(), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        if self._is_ready():
            return
        said = self.log_path.read_bytes()[began:].decode(errors="replace")
        ended = self.process.poll()
        self.kill()
        if anywhere and "in use" in said:
            self.port = free_port()
            self.start(anywhere=True)
            return
        what = (
            f"was not ready after {PATIENT_SECONDS} s" if ended is None else f"ended with {ended} before it was ready"
        )
        raise AssertionError(f"the server on port {self.port} {what}; the end of its log:\n{said[-3000:]}")

    def kill(self) -> None:
        """kill -9 of the server and all its workers, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to finish and wait."""
        self._end(signal.SIGTERM)

    def restart(self, env: Mapping[str, str] | None = None) -> None:
        """Start again on the same port and database, with further environment if given."""
        self.stop()
        self.env |= env or {}
        self.start()

    def manage(self, *arguments: str) -> None:
        """Run a management command on this server's database as the app's role."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "backend.config.settings.development",
            "BUDGETS": "*=1000000/60",
            "EMAIL_URL": f"filemail:///{self.log_path.parent}/mail",
            **DEFAULTS,
            **self.env,
        }

    def _end(self, wish: signal.Signals) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, wish)
        try:
            self.process.wait(timeout=20)
        finally:
            with suppress(ProcessLookupError):  # whoever outlived its parent
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None

    def _is_ready(self) -> bool:
        deadline = time.monotonic() + PATIENT_SECONDS
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            if answers(self.port):
                return True
            time.sleep(0.05)
        return False


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: Message
    body: bytes


def get(port: int, path: str, **headers: str) -> Answer:
    """One GET on a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def wait_for(holds: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Ask again until it holds; a refused connection does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            if holds():
                return
        time.sleep(0.05)
    raise AssertionError(f"it does not hold after {seconds} s")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


MakeLiveApi = Callable[..., LiveApi]


@pytest.fixture(scope="session")
def make_live_api(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeLiveApi]:
    """Makes servers, each on its own seeded database: `make_live_api(env={"DB_POOL_SIZE": "4"})`."""
    made: list[tuple[LiveApi, str]] = []
    folder = tmp_path_factory.mktemp("demo")

    def seed_demo(name: str) -> None:
        LiveApi(migrated_database(name), folder / "server.log", {}).manage("seed_demo")

    def make(env: Mapping[str, str] | None = None, *, seed: bool = True) -> LiveApi:
        name = f"live_{secrets.token_hex(4)}"
        with django_db_blocker.unblock():
            owner_url = copied_database(name, DEMO, seed_demo) if seed else migrated_database(name)
        api = LiveApi(owner_url, tmp_path_factory.mktemp("live") / "server.log", env or {})
        made.append((api, name))
        api.start(anywhere=True)
        return api

    yield make
    for api, name in made:
        api.stop()
        if api.worker is not None:
            api.worker.stop()
        discard_database(name)


@pytest.fixture(scope="session")
def live_api(make_live_api: MakeLiveApi) -> LiveApi:
    """The server most tests share, with the demo cast."""
    return make_live_api()

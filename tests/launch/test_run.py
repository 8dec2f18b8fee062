"""`make run` in a checkout of its own, under a path with spaces: what a person sees, down to the pulled plug."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launch import server
from launch.place import ROOT
from launch.processes import kill_group, runs
from launch.run import answers
from tests.live import PATIENT_SECONDS, free_port, get, wait_for

SECONDS = PATIENT_SECONDS
HIDDEN = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")


class Demo:
    """A checkout and the `make run` in it, the making of the environment left out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = self._spawn("run", self._said)
        wait_for(lambda: "Ctrl-C stops it" in self._said.read_text() or self._has_ended(), SECONDS)
        assert not self._has_ended(), self._said.read_text()

    def end(self, wish: signal.Signals) -> str:
        assert self.process is not None
        self.process.send_signal(wish)
        self.process.wait(SECONDS)
        return self._said.read_text()

    def run(self, command: str = "run", **env: str) -> str:
        """Run a command that ends by itself; what it said."""
        said = self.folder / "said-by-another"
        self._spawn(command, said, **env).wait(SECONDS)
        return said.read_text()

    @property
    def _said(self) -> Path:
        return self.folder / "said"

    def _has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _spawn(self, command: str, said: Path, **env: str) -> subprocess.Popen[bytes]:
        script = f"import sys\nfrom launch import {command}\nsys.exit({command}.main([]))"
        environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        environment |= {"PORT": str(self.port), "WORKERS": "1", **env}
        with said.open("wb") as out:  # not a pipe: what outlives a killed launcher would hold it open
            return subprocess.Popen(
                [sys.executable, "-c", script], cwd=self.folder, env=environment, stdout=out, stderr=out
            )

    def ask(self, statement: str) -> object:
        with psycopg.connect((self.folder / ".evergreen/database-url").read_text(), autocommit=True) as connection:
            row = connection.execute(statement).fetchone()
            return row and row[0]

    def left_over(self) -> bool:
        """Whether a server of this demo still runs."""
        return (self.folder / ".evergreen/postgres/data/postmaster.pid").exists() or answers(self.port)

    def api_pid(self) -> int:
        return int((self.folder / ".evergreen/api.pid").read_text())


@pytest.fixture
def demo() -> Iterator[Demo]:
    top = Path("/tmp") / f"eg-{secrets.token_hex(3)}"  # short and open to the account that root steps down to
    folder = top / "my clinic"
    folder.mkdir(parents=True)
    for name in ("launch", "backend"):  # with what is compiled already
        shutil.copytree(ROOT / name, folder / name)
    made = Demo(folder)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGTERM)
    kill_group(folder / ".evergreen/api.pid", server.APPLICATION)  # whatever a failed test left
    made.run("reset")
    shutil.rmtree(top)


def test_a_demo_serves_stops_and_resumes_with_its_data(demo: Demo) -> None:
    demo.start()
    assert demo.ask("SELECT current_user") == "evergreen_app"
    assert demo.ask("UPDATE clinics_organisation SET name = 'Kept' RETURNING name") == "Kept"
    answer = get(demo.port, "/v1/clinics")
    assert answer.status == 200
    assert answer.headers["X-Request-Id"]
    assert demo.run().endswith("`make run` is already running from this folder.\n")
    assert "stop it first" in demo.run("reset")

    assert "Stopped." in demo.end(signal.SIGINT)
    assert not demo.left_over()

    demo.start()
    assert demo.ask("SELECT name FROM clinics_organisation") == "Kept"
    said = demo.end(signal.SIGTERM)
    assert f"http://127.0.0.1:{demo.port}/docs" in said
    assert "cleared@demo.test" in said
    assert "Seeded" not in said
    assert not demo.left_over()


def test_after_a_kill_the_next_start_works_and_a_reset_starts_over(demo: Demo) -> None:
    demo.start()
    before = demo.ask("SELECT system_identifier::text FROM pg_control_system()")
    killed = demo.api_pid()
    os.kill(killed, signal.SIGSTOP)  # the worst kind: it holds the port and heeds no polite signal
    demo.end(signal.SIGKILL)
    demo.start()
    assert demo.api_pid() != killed
    assert not runs(killed, server.APPLICATION)
    assert demo.ask("SELECT system_identifier::text FROM pg_control_system()") == before
    demo.end(signal.SIGTERM)
    assert "Deleted" in demo.run("reset")
    demo.start()
    assert demo.ask("SELECT system_identifier::text FROM pg_control_system()") != before


def test_a_taken_port_is_said_before_anything_starts(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        said = demo.run()
    assert f"Port {demo.port} is taken. Choose another: PORT={demo.port + 1} make run" in said
    assert not (demo.folder / ".evergreen/postgres").exists()


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none(demo: Demo, port: str) -> None:
    assert f"PORT={port} is not a port number." in demo.run(PORT=port)


def test_a_database_of_ones_own_wins(demo: Demo) -> None:
    said = demo.run(DATABASE_URL="postgresql://nobody@/nothing?host=/nowhere")
    assert "The database could not be prepared" in said
    assert not (demo.folder / ".evergreen/postgres").exists()

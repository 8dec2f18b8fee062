"""A PostgreSQL of the run's own, and the API on it: granian, a pool, production's way with the database."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

from launch import databases, server
from launch.place import ROOT, LaunchError
from launch.postgres import DISPOSABLE, Cluster
from launch.run import answers

NAME = "bench"
SETTINGS = {**DISPOSABLE, "max_connections": "200", "shared_buffers": "512MB", "maintenance_work_mem": "512MB"}
# Measured as in production: no clock to move, nothing counted but the requests themselves.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "backend.config.settings.development",
    "SANDBOX": "false",
    "BUDGETS": "*=1000000/60",
    "DB_STATEMENT_TIMEOUT_MS": "0",
    "LOG_LEVEL": "ERROR",
}


@contextmanager
def database() -> Iterator[tuple[str, str]]:
    """An empty database, as its owner and as the API's role; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="evergreen-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "postgres", SETTINGS)
        cluster.start()
        try:
            databases.ensure_roles(cluster.url())
            databases.create_database(cluster.url(), NAME)
            yield cluster.url("postgres", NAME), cluster.url(databases.APP, NAME)
        finally:
            cluster.stop()


class Api:
    """A running server."""

    def __init__(self, url: str, *, workers: int = 2, threads: int = 4) -> None:
        self.port = _free_port()
        command = [*server.command(port=self.port, workers=workers, threads=threads), "--log-level", "error"]
        environment = {
            **os.environ,
            **ENVIRONMENT,
            **server.ENVIRONMENT,
            "DATABASE_URL": url,
            "DB_POOL_SIZE": str(threads),
        }
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        deadline = time.monotonic() + 60
        while not answers(self.port):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise LaunchError("The API did not start; the lines above say why.")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it with its workers."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


class Client:
    """Somebody with one connection that stays open. Who gives no address signs in with `token`, or not at all."""

    def __init__(self, api: Api, email: str = "", password: str = "", *, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=60)
        self.who = {"email": email, "password": password}
        self.token, self.etag = token, ""
        if email:
            self.sign_in()

    def sign_in(self) -> None:
        """Get a token; each lasts ten minutes."""
        self.token = ""
        self.token = self.call("POST", "auth/token", self.who)[1]["access"]

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Status and body, decoded."""
        status, content = self.send(method, path, body)
        return status, json.loads(content) if content else None

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, known: str | None = None
    ) -> tuple[int, bytes]:
        """Status and bytes; `etag` is then that of the answer. `known` is the tag of an answer that one has."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(8)}
        if known is not None:
            headers["If-None-Match"] = known
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self._hang_up_if_left()
        self.connection.request(method, f"/v1/{path}", json.dumps(body) if body else None, headers)
        response = self.connection.getresponse()
        self.etag = response.headers.get("ETag", "")
        return response.status, response.read()

    def _hang_up_if_left(self) -> None:
        sock = self.connection.sock
        if sock is not None and select([sock], [], [], 0)[0]:  # nothing was asked, so this is the server's goodbye
            self.connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""`make run`: PostgreSQL, migrations, demo data and the API, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection

from launch import demo, server
from launch.place import ROOT, STATE, LaunchError, locked
from launch.postgres import Cluster
from launch.processes import die_with_parent, kill_group, stop_group
from launch.worker import Worker

READY_SECONDS = 60
API_PID = STATE / "api.pid"


def main(words: list[str]) -> int:
    """Serve until Ctrl-C or SIGTERM. Raises LaunchError."""
    port = _port()
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.default_int_handler)
    with locked(STATE / "run.lock", busy="`make run` is already running from this folder."):
        _take(port)
        cluster: Cluster | None = None
        urls = demo.Urls.given()
        try:
            if urls is None:
                print("Starting PostgreSQL ...", flush=True)
                cluster, urls = demo.start()
            return _serve(port, _environment(urls))
        except KeyboardInterrupt:
            return 0
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut the database off mid-stop
            if cluster is not None:
                cluster.stop()
            print("Stopped. The data stays; `make reset` deletes it.", flush=True)


def _serve(port: int, environment: dict[str, str]) -> int:
    prepare = [sys.executable, "-m", "launch.prepare"]
    if subprocess.run(prepare, cwd=ROOT, env={**environment, "DB_POOL_SIZE": "0"}, check=False).returncode:
        raise LaunchError("The database could not be prepared; the lines above say why.")
    threads = int(environment["DB_POOL_SIZE"])
    workers = int(environment.get("WORKERS", "2"))
    api = subprocess.Popen(
        [*server.command(port=port, workers=workers, threads=threads), "--log-level", "warning"],
        cwd=ROOT,
        env={**environment, **server.ENVIRONMENT},
        start_new_session=True,  # Ctrl-C is ours to pass on, in order
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (no threads here)
    )
    API_PID.write_text(str(api.pid))
    worker = Worker(environment)
    try:
        worker.start()
        _wait_until_ready(api, port)
        print(_welcome(port), flush=True)
        return _watch(api, worker)
    finally:
        worker.stop()
        stop_group(api)
        API_PID.unlink(missing_ok=True)


def _watch(api: subprocess.Popen[bytes], worker: Worker) -> int:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return api.wait(timeout=1)
        worker.keep_up()


def _environment(urls: demo.Urls) -> dict[str, str]:
    defaults = {"DJANGO_SETTINGS_MODULE": "backend.config.settings.development", "DB_POOL_SIZE": "4"}
    return {**defaults, **os.environ, "DATABASE_URL": urls.app, "MIGRATION_DATABASE_URL": urls.owner}


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LaunchError(f"PORT={text} is not a port number.")
    return int(text)


def _take(port: int) -> None:
    """Make sure that the port is free. Raises LaunchError."""
    patience = time.monotonic()
    if API_PID.exists():  # left over from a run that was killed; the port is free once its last process is gone
        kill_group(API_PID, server.APPLICATION)
        patience += 5
    while not _is_free(port):
        if time.monotonic() >= patience:
            raise LaunchError(f"Port {port} is taken. Choose another: PORT={port + 1} make run")
        time.sleep(0.05)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_until_ready(api: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and api.poll() is None:
        if answers(port):
            return
        time.sleep(0.05)
    raise LaunchError("The API did not start; the lines above say why.")


def answers(port: int) -> bool:
    """Whether the API on `port` is ready to serve."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _welcome(port: int) -> str:
    url = f"http://127.0.0.1:{port}"
    return f"""
  Evergreen runs.

    API      {url}/v1
    Docs     {url}/docs
    Spec     {url}/v1/openapi.json
    Sign in  POST {url}/v1/auth/token as anyone above
    Mail     .evergreen/mail

  Ctrl-C stops it; the data stays. `make reset` deletes the data.
"""

"""`python3 -m launch postgres`: the demo's database alone, for a shell or a debugger."""

from __future__ import annotations

import contextlib
import signal

from launch import demo
from launch.place import STATE, locked


def main(words: list[str]) -> int:
    """Serve until Ctrl-C; with --print-url print `DATABASE_URL` alone and leave the server running."""
    if "--print-url" in words:
        print(demo.start(outlives_us=True)[1].owner)
        return 0
    with locked(STATE / "run.lock", busy="`make run` is running; its database answers already."):
        server, urls = demo.start()
        print(f"DATABASE_URL={urls.app}\nMIGRATION_DATABASE_URL={urls.owner}\nCtrl-C stops it.", flush=True)
        wait_for_end()
        server.stop()
    return 0


def wait_for_end() -> None:
    """Return at Ctrl-C or a polite kill."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()

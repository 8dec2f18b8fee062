"""`make reset`: the demo starts over."""

from __future__ import annotations

import shutil

from launch import demo
from launch.place import STATE, locked


def main(words: list[str]) -> int:
    """Delete the demo's database and mail. Raises LaunchError while `make run` uses them."""
    with locked(STATE / "run.lock", busy="`make run` is running: stop it first (Ctrl-C there)."):
        demo.remove()
        shutil.rmtree(STATE / "mail", ignore_errors=True)
    print("Deleted the demo's data. `make run` makes it anew.")
    return 0

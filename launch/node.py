"""Node's packages for `make contract`: `contract/package-lock.json`, installed on first use and when it changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from launch.place import ROOT, STATE, LaunchError, locked

CONTRACT = ROOT / "contract"
PACKAGES = CONTRACT / "node_modules"
PROGRAMS = PACKAGES / ".bin"
_STAMP = PACKAGES / "installed"


def install_packages() -> None:
    """Make sure that `contract/node_modules` is what the lock says. Raises LaunchError."""
    digest = hashlib.sha256((CONTRACT / "package-lock.json").read_bytes()).hexdigest()
    with locked(STATE / "node.lock"):
        if _STAMP.exists() and _STAMP.read_text() == digest:
            return
        print("Installing contract/package-lock.json ...", flush=True)
        # No package may run a program of its own while it is installed; none that we use needs to.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=CONTRACT, env=environment(), check=False).returncode:
            raise LaunchError("npm could not install contract/package-lock.json; the lines above say why.")
        _STAMP.write_text(digest)


def environment() -> dict[str, str]:
    """With the Node of requirements/contract.txt before any other, and no questions or reports from its programs."""
    path = os.pathsep.join([str(PROGRAMS), str(Path(sys.executable).parent), *os.get_exec_path()])
    quiet = {
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        "SCARF_ANALYTICS": "false",
        "CI": "1",
    }
    return {**os.environ, **quiet, "PATH": path}

"""The virtual environment: made with the standard library, filled from the hashed locks, entered."""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from launch.place import ROOT, STATE, LaunchError, locked

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
# What a lock holds besides itself; `make requirements` compiles the smaller as a subset of the larger.
INCLUDES = {"demo": ["demo"], "dev": ["dev", "demo"], "contract": ["contract", "dev", "demo"]}


def enter(lock: str) -> None:
    """Make sure the environment has what `requirements/LOCK.txt` names, then go on in its Python.

    Does not return unless it already runs there. Raises LaunchError.
    """
    os.chdir(ROOT)
    if not _is_installed(lock):
        with locked(STATE / "environment.lock"):
            if not _is_installed(lock):  # somebody else may have done it while we waited
                _create()
                _install(lock)
    if Path(sys.prefix).resolve() != VENV.resolve():
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), "-m", "launch", *sys.argv[1:]])


def command(name: str) -> Callable[[list[str]], int | None]:
    """The function behind a command: `main` of the module of its name, or a function of a module of many."""
    homes = {
        "launch.gates": ("lint", "browser", "fuzz", "spec", "examples", "test", "stateful", "requirements"),
        "launch.backup": ("backup", "restore"),
        "launch.contract": ("contract", "contract-full", "clients"),
    }
    for home, names in homes.items():
        if name in names:
            function: Callable[[list[str]], int | None]
            function = getattr(importlib.import_module(home), name.replace("-", "_"))
            return function
    module = {"run": "launch.run", "reset": "launch.reset", "postgres": "launch.scratch", "bench": "bench.main"}[name]
    main: Callable[[list[str]], int | None] = importlib.import_module(module).main
    return main


def _stamp(lock: str) -> Path:
    return VENV / f"installed-{lock}"


def _digest(lock: str) -> str:
    return hashlib.sha256((LOCKS / f"{lock}.txt").read_bytes()).hexdigest()


def _is_installed(lock: str) -> bool:
    stamp = _stamp(lock)
    return stamp.exists() and stamp.read_text() == _digest(lock) and PYTHON.exists()


def _create() -> None:
    if PYTHON.exists() and _runs(PYTHON, "-m", "pip", "--version"):
        return
    print("Making the virtual environment .venv ...", flush=True)
    # `--clear`: what is left of another Python's environment would not work with this one.
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise LaunchError(
            f"Could not make a virtual environment:\n{made.stdout}{made.stderr}\n"
            "On Debian and Ubuntu: apt-get install python3-venv"
        )


def _install(lock: str) -> None:
    print(f"Installing requirements/{lock}.txt ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq"]
    # The lock is complete, so there is nothing to resolve; compiling is left to both cores below.
    pip += ["--require-hashes", "--no-deps", "--no-compile", "-r", str(LOCKS / f"{lock}.txt")]
    if subprocess.run(pip, check=False).returncode:
        raise LaunchError(f"Could not install requirements/{lock}.txt; the lines above say why.")
    subprocess.run(
        [str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")], capture_output=True, check=False
    )
    for name in INCLUDES[lock]:
        _stamp(name).write_text(_digest(name))


def _runs(*words: str | Path) -> bool:
    return subprocess.run([str(word) for word in words], capture_output=True, check=False).returncode == 0

"""`make test`, `make lint`: what must pass before a change lands."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launch import node
from launch.place import ROOT, STATE, LaunchError

TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "backend.config.settings.test"}
# Each worker begins with a half of its own, so that most servers and worlds that modules share are made once.
SPREAD = ["-n", "2", "--dist", "worksteal"]
Check = tuple[str, ...]
LINTS: tuple[Check, ...] = (  # the longest first
    ("-m", "launch.security"),
    ("mypy",),
    ("-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"),  # no database, no matter
    ("lint-imports",),
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("-m", "launch.sizes"),
)
_TALK = threading.Lock()
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def test(words: list[str]) -> int:
    """Pytest on both cores, unless told otherwise; further words are its own."""
    spread = [] if any(word.startswith(("-n", "--pdb")) for word in words) else SPREAD
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *words])


def stateful(words: list[str]) -> int:
    """The state machine with a budget of minutes instead of seconds, anew in each run, and all that is planted."""
    os.environ.update({"STATEFUL_EXAMPLES": "200", "STATEFUL_STEPS": "30", **os.environ})
    return test(["tests/stateful", *words])


def fuzz(words: list[str]) -> int:
    """The fuzzing of `make contract`, ten times over; FUZZ_CASES and FUZZ_SEED say otherwise."""
    os.environ.setdefault("FUZZ_CASES", "100000")
    return test(["tests/fuzz/test_operations.py", *words])


def lint(words: list[str]) -> int:
    """Run all checks, so that one run shows every fault."""
    return all_pass(LINTS)


def spec(words: list[str]) -> int:
    """Write the API description from the code."""
    return _run(("manage.py", "write_spec")).returncode


def browser(words: list[str]) -> int:
    """The tests that need a Chromium; Debian's is installed where there is none. Raises LaunchError."""
    if not any(map(shutil.which, BROWSERS)):
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            if not shutil.which("apt-get") or os.geteuid() != 0:
                raise LaunchError("No Chromium here: install one (Debian: apt-get install chromium) and start again.")
            _checked(command)
    return test(["-n0", "tests/browser/test_docs.py", *words])


def examples(words: list[str]) -> int:
    """Record the examples of the API description from passing tests, and write it. Raises LaunchError."""
    spread = [] if any(word.startswith("-n") for word in words) else SPREAD
    if _run(("-m", "pytest", *spread, *words), RECORD_EXAMPLES="1").returncode:
        raise LaunchError("Examples are taken from passing tests only; nothing was recorded.")
    return spec([])


def requirements(words: list[str]) -> int:
    """Compile the locks with uv, for every platform, with hashes, and without a registry's address."""
    tool = STATE / "uv"
    if not (tool / "bin" / "uv").exists():
        _checked([sys.executable, "-m", "pip", "install", "-qq", "--target", str(tool), "uv"])
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    options += ["--no-emit-find-links", "--custom-compile-command", "make requirements", "--quiet"]
    for name in ("dev", "contract", "demo", "base", "security"):
        # What tests need binds all others, so that an environment made for one command serves the rest; but for the
        # tools of `launch.security`, which have one of their own.
        bound = [] if name in ("dev", "security") else ["--constraint", "requirements/dev.txt"]
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        _checked([str(tool / "bin" / "uv"), "pip", "compile", *options, *bound, *files, *words])
    return 0


def all_pass(*steps: Sequence[Check]) -> int:
    """Run all checks, those of a step beside each other on all cores; say of each how long it took.

    Raises LaunchError that names those that failed.
    """
    failed = []
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        for step in steps:
            passed = pool.map(_passes_beside if len(step) > 1 else _passes, step)
            failed += [shlex.join(check) for check, is_good in zip(step, passed, strict=True) if not is_good]
    if failed:
        raise LaunchError("Failed: " + ", ".join(failed))
    print("\nAll checks passed.")
    return 0


def _passes(check: Check) -> bool:
    print(f"\n$ {shlex.join(check)}", flush=True)
    began = time.monotonic()
    return _told(_run(check).returncode, began)


def _passes_beside(check: Check) -> bool:
    """What it says is shown when it has ended, so that two do not talk at the same time."""
    began = time.monotonic()
    done = _run(check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with _TALK:
        print(f"\n$ {shlex.join(check)}\n{done.stdout.decode(errors='replace')}", end="", flush=True)
        return _told(done.returncode, began)


def _told(returncode: int, began: float) -> bool:
    print(f"{'FAILED' if returncode else 'passed'} in {time.monotonic() - began:.1f} s", flush=True)
    return returncode == 0


def _run(
    words: Sequence[str], stdout: int | None = None, stderr: int | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """A program of the environment, or Python with these words."""
    known = (folder / words[0] for folder in (Path(sys.executable).parent, node.PROGRAMS))
    program = next((str(path) for path in known if path.exists()), None)
    command = [program, *words[1:]] if program else [sys.executable, *words]
    environment = {**node.environment(), **TEST_SETTINGS, **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=stdout, stderr=stderr, check=False)


def _checked(command: Sequence[str]) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise LaunchError(f"Failed: {shlex.join(command)}")

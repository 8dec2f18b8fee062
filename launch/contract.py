"""`make contract`, `make contract-full`, `make clients`: the API's description, and what is made of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launch import gates, node
from launch.clients import CLIENTS, COMPILERS, GENERATORS, READY_MADE, SPEC
from launch.place import ROOT
from launch.slow_clients import SLOW

RELEASED = ROOT / "docs" / "openapi" / "released"
# Of the median operation, so that no number of further operations hides or makes a fault. Raise it, never lower
# (docs/decisions/0025-the-bar-for-redocly-s-score.md).
LEAST_SCORE = 88.9
SPECTRAL = ("spectral", "lint", SPEC, "--fail-severity=hint", "--quiet", "--ruleset")
DESCRIPTION = (
    ("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
    ("manage.py", "write_spec", "--check"),
    ("-m", "openapi_spec_validator", SPEC),
    *((*SPECTRAL, f"contract/rules/{name}.yaml") for name in ("oas", "owasp", "documentation", "zalando")),
    ("redocly", "lint", SPEC, "--extends=recommended-strict", "--format=stylish"),
    ("-m", "launch.contract", "score"),
    ("-m", "launch.contract", "breaks"),
)

# Fuzzing takes minutes on all cores, and journeys one core and seconds: they share a run.
_TESTS = ("contract/test_breaks.py", "contract/journeys", "tests/fuzz/test_operations.py")
LIVE = ("-m", "pytest", "-q", *gates.SPREAD, *_TESTS)


def contract(words: list[str]) -> int:
    """Linters, clients, the clients and the workflows against a live server, and fuzzing. Raises LaunchError."""
    return _all_pass([LIVE])


def contract_full(words: list[str]) -> int:
    """`contract`, and clients in languages that take their time. Raises LaunchError."""
    return _all_pass([LIVE], *([check] for check in SLOW))


def clients(words: list[str]) -> int:
    """A TypeScript client that others can install from its folder. Raises LaunchError."""
    node.install_packages()
    return gates.all_pass([READY_MADE])


def _all_pass(*later: Sequence[gates.Check]) -> int:
    node.install_packages()
    shutil.rmtree(CLIENTS, ignore_errors=True)
    return gates.all_pass([*GENERATORS, *DESCRIPTION], COMPILERS, *later)


def score() -> int:
    """1 if Redocly's score of the median operation has fallen."""
    told = json.loads(_redocly("score", SPEC, "--format=json").stdout)
    print({name: round(100 * part) for name, part in told["subscores"].items()})
    median = statistics.median(one["agentReadiness"] for one in told["operationScores"].values())
    print(f"median operation {median} of 100, at least {LEAST_SCORE}; with their number, {told['agentReadiness']}")
    return int(median < LEAST_SCORE)


def breaks(released: Path = RELEASED, spec: str = SPEC) -> int:
    """1 if clients of the newest released description would break; 0 while none is released (R19)."""
    known = sorted(released.glob("v*.yaml"), key=lambda path: [int(part) for part in re.findall(r"\d+", path.stem)])
    if not known:
        print("Nothing is released yet, so nothing can break.")
        return 0
    told = _redocly("diff", str(known[-1]), spec, "--fail-on=major")
    print(told.stdout, told.stderr)
    return int(told.returncode != 0)


def _redocly(*words: str) -> subprocess.CompletedProcess[str]:
    command = [str(node.PROGRAMS / "redocly"), *words]
    return subprocess.run(command, cwd=ROOT, env=node.environment(), capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit({"score": score, "breaks": breaks}[sys.argv[1]]())

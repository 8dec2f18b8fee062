"""Judges a whole run: every refusal that is described was raised by a test, and every example shows what is answered.

Workers tell at their end what they saw; the process that leads the run judges. A part of the suite proves nothing, so
nothing is judged then.
"""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

import pytest

from tests.evidence.described import described
from tests.evidence.record import record
from tests.evidence.seen import RECORD, SEEN, Kind, Seen

_PARTS = ("keyword", "markexpr", "lf", "stepwise", "deselect", "ignore", "ignore_glob", "collectonly")
_RAN = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
_faults: list[str] = []


def faults(promised: Collection[Kind], seen: Mapping[Kind, Seen]) -> list[str]:
    """What is promised and was not seen, or is shown by no example of this day."""
    found = []
    for operation_id, name in promised:
        if (operation_id, name) not in seen:
            found.append(f"{operation_id} {name}: no test gets this answer")
        elif not seen[operation_id, name].is_current:
            found.append(f"{operation_id} {name}: its example is missing or shows something else")
    return found


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take in what a worker saw."""
    for operation_id, name, told in json.loads(getattr(node, "workeroutput", {}).get("evidence", "[]")):
        SEEN.setdefault((operation_id, name), Seen()).add([Seen(**told)])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Tell, record or judge: a fault fails the run. What a failed test would have got counts as missing too."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["evidence"] = json.dumps([(*kind, asdict(seen)) for kind, seen in SEEN.items()])
    elif exitstatus == pytest.ExitCode.OK and RECORD in os.environ:
        record(described(), SEEN, is_whole=is_whole(session.config))
    elif exitstatus in _RAN and is_whole(session.config):
        _faults.extend(faults(described(), SEEN))
        if _faults:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_whole(config: pytest.Config) -> bool:
    """True when no argument leaves a test out."""
    is_plain = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return is_plain and not any(config.getoption(name, None) for name in _PARTS)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what is missing, and what to do."""
    if _faults:
        terminalreporter.section("The description promises what no test shows", red=True)
        for fault in _faults:
            terminalreporter.line(fault)
        terminalreporter.line(
            "\nNo test gets it: write one that does with tests.api_client, or take the error out of `raises`. A code "
            "that follows\nfrom what the operation takes is broken in tests/refusals, by its calls in tests/policy. "
            "Its example: make examples."
        )

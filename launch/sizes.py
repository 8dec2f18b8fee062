"""Holds files to 400 lines and functions to 40, migrations aside: past that, a thing has two reasons to be."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from launch.place import ROOT

FILE_LINES = 400
FUNCTION_LINES = 40
FOLDERS = ("backend", "launch", "tests", "bench", "contract/journeys")


def too_long(path: Path) -> Iterator[str]:
    """What in `path` is too long, a line each."""
    text = path.read_text()
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, at most {FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}"


def main() -> int:
    """Print every fault of the tree; 1 if there is one."""
    files = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    faults = [fault for path in files if "migrations" not in path.parts for fault in too_long(path)]
    print("\n".join(faults) or "every file and function is short enough")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

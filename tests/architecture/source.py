"""The project's own source, parsed once, for tests that read it."""

import ast
import functools
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, `/`-separated, and its text."""

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.removesuffix(".py").split("/"))

    @property
    def app(self) -> str:
        """The app it belongs to, empty outside `backend`."""
        return self.parts[1] if self.parts[0] == "backend" and len(self.parts) > 2 else ""

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every string constant with its line, docstrings left out; the pieces of an f-string joined by `?`."""
        quiet = {id(piece) for node in ast.walk(self.tree) for piece in _quiet(node)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                yield node.lineno, "".join(_piece(value) for value in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
                yield node.lineno, node.value


def _piece(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else "?"


def _quiet(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every Python file of backend, launch and tests."""
    paths = (path for top in ("backend", "launch", "tests") for path in (ROOT / top).rglob("*.py"))
    return tuple(Module(path.relative_to(ROOT).as_posix(), path.read_text()) for path in sorted(paths))


@functools.cache
def backend() -> tuple[Module, ...]:
    """The modules of the product, migrations left out."""
    return tuple(module for module in modules() if module.parts[0] == "backend" and not module.is_migration)


@functools.cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def contracts() -> list[dict[str, Any]]:
    """The import contracts as written down."""
    found: list[dict[str, Any]] = pyproject()["tool"]["importlinter"]["contracts"]
    return found


def app_layers() -> list[list[str]]:
    """The apps from top to bottom, strangers side by side."""
    (contract,) = (one for one in contracts() if one["type"] == "layers" and one["containers"] == ["backend"])
    return [[app.strip(" ()") for app in layer.split("|")] for layer in contract["layers"]]


def tracked_files() -> list[Path]:
    """What git would keep: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in (ROOT / line for line in listed) if path.is_file()]


def length(node: Function) -> int:
    """Lines of a function from its first statement to its last, the docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def name_of(node: ast.expr) -> str:
    """`a.b.c` of a chain of names, calls and subscripts dropped: `X.objects.filter(…).update` is the like."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{name_of(node.value)}.{node.attr}"
        case ast.Call():
            return name_of(node.func)
        case ast.Subscript():
            return name_of(node.value)
    return ""

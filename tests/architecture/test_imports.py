"""Imports run down, as the picture in docs/architecture.md shows, and the contracts in pyproject.toml can tell."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, app_layers, contracts

# From top to bottom, `design` order; an app that is not born yet is simply missing from the tree.
ORDER = [
    {"config"},
    {"privacy"},
    {"notifications", "webhooks", "reporting", "marketing"},
    {"care", "billing"},
    {"appointments"},
    {"practitioners", "patients"},
    {"tasks"},
    {"clinics"},
    {"accounts"},
    {"audit", "events"},
    {"common"},
]
COMMAND = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def apps() -> set[str]:
    """The packages of backend/."""
    return {path.parent.name for path in (ROOT / "backend").glob("*/__init__.py")}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", COMMAND, "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        pytest.param("common/clock.py", "from backend.clinics import enums", "Apps:", id="upwards"),
        pytest.param("patients/models.py", "from backend.practitioners import enums", "Apps:", id="strangers"),
        pytest.param(
            "appointments/enums.py", "from backend.appointments import lifecycle", "Inside an app:", id="inside"
        ),
        pytest.param(
            "clinics/roles.py", "import rest_framework", "Only the edge speaks HTTP:", id="http in the domain"
        ),
        pytest.param("appointments/querysets.py", "import backend.clinics.api", "An app's api", id="another's api"),
    ],
)
def test_each_contract_can_be_broken(tmp_path: Path, path: str, line: str, contract: str) -> None:
    shutil.copytree(ROOT / "backend", tmp_path / "backend", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "backend/clinics/api").mkdir(exist_ok=True)
    (tmp_path / "backend/clinics/api/__init__.py").touch()
    with (tmp_path / "backend" / path).open("a") as module:
        module.write(f"\n{line}\n")
    verdicts = re.findall(r"(.*?) (KEPT|BROKEN)", " ".join(lint(tmp_path).stdout.split()))
    assert [verdict for name, verdict in verdicts if contract in name] == ["BROKEN"], verdicts


def test_every_app_has_its_layer() -> None:
    born = [layer for layer in (group & apps() for group in ORDER) if layer]
    assert [set(layer) for layer in app_layers()] == born
    assert set().union(*born) == apps()


def test_the_layers_of_apps_are_exhaustive() -> None:
    (over_apps,) = (one for one in contracts() if one.get("containers") == ["backend"])
    assert over_apps["exhaustive"] is True


def test_every_app_with_tables_has_its_inner_layers() -> None:
    (inside,) = (one for one in contracts() if one["type"] == "layers" and one["containers"] != ["backend"])
    assert {name.removeprefix("backend.") for name in inside["containers"]} == apps() - {"common", "config"}

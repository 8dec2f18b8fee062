"""Each in a process of its own: zone data is settled once, at the first import of settings."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from backend.common import zonedata
from launch.place import ROOT

START = {
    "settings": ["-c", "import backend.config.settings.test"],
    "wsgi": ["-c", "import backend.config.wsgi"],
    "manage": ["manage.py", "check"],
}


def start(words: list[str], **env: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "backend.config.settings.test"} | env
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def old_data(folder: Path, name: str, twin: str) -> Path:
    """A `tzdata` package in which `name` keeps the hours of `twin`."""
    shutil.copytree(str(files("tzdata")), folder / "tzdata", ignore=shutil.ignore_patterns("__pycache__"))
    zones = folder / "tzdata" / "zoneinfo"
    shutil.copy(zones / twin, zones / name)
    return folder


def test_the_installed_data_is_new_enough() -> None:
    assert zonedata.faults() == []


@pytest.mark.parametrize("way", sorted(START))
def test_starts_on_the_pinned_data(way: str) -> None:
    done = start(START[way])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("way", sorted(START))
@pytest.mark.parametrize(
    ("name", "twin", "found"),
    [
        ("America/Vancouver", "America/Los_Angeles", "America/Vancouver is UTC-08 on 2026-12-01, the law says UTC-07"),
        ("America/Edmonton", "America/Denver", "America/Edmonton is UTC-07 on 2026-12-01, the law says UTC-06"),
    ],
)
def test_refuses_older_data(way: str, name: str, twin: str, found: str, tmp_path: Path) -> None:
    done = start(START[way], PYTHONPATH=str(old_data(tmp_path, name, twin)))
    assert done.returncode == 1
    assert found in done.stderr
    assert "Traceback" not in done.stderr


def test_the_machine_s_own_zones_are_not_read(tmp_path: Path) -> None:
    old = old_data(tmp_path, "America/Vancouver", "America/Los_Angeles") / "tzdata" / "zoneinfo"
    probe = (
        "import zoneinfo, datetime, sys;"
        "noon = datetime.datetime(2026, 12, 1, 20, tzinfo=datetime.UTC);"
        "before = noon.astimezone(zoneinfo.ZoneInfo('America/Vancouver')).hour;"
        "import backend.config;"
        "print(before, noon.astimezone(zoneinfo.ZoneInfo('America/Vancouver')).hour)"
    )
    assert start(["-c", probe], PYTHONTZPATH=str(old)).stdout.split() == ["12", "13"]

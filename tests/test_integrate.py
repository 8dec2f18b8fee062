"""Every command of the guide for developers of apps runs, in order, and answers as the guide says."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from launch.place import ROOT
from tests.live import LiveApi, MakeLiveApi
from tests.stand_in_curl import commands

GUIDE = (ROOT / "docs/guides/integrate.md").read_text()
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
# What differs each time: ids, tags, dates and times, tokens, counts of seconds.
OWN_TO_A_RUN = re.compile(r"[0-9a-f-]{36}|\"\d+-\w{16}\"|\d{4}-\d\d-\d\d.*|eyJ.*")
MARK = "---- next block ----"


def differences(told: Any, happened: Any, where: str = "$") -> list[str]:
    """What the guide tells that did not happen; it may leave members and items out."""
    if isinstance(told, dict) and isinstance(happened, dict):
        missing = [f"{where}: no {name}" for name in told.keys() - happened.keys()]
        both = told.keys() & happened.keys()
        return missing + [one for name in both for one in differences(told[name], happened[name], f"{where}.{name}")]
    if isinstance(told, list) and isinstance(happened, list):
        if len(happened) < len(told) or bool(told) != bool(happened):
            return [f"{where}: {len(happened)} items"]
        return [one for pair in zip(told, happened, strict=False) for one in differences(*pair, where)]
    if isinstance(told, str) and isinstance(happened, str):
        kinds = OWN_TO_A_RUN.fullmatch(told), OWN_TO_A_RUN.fullmatch(happened)
        is_same = told == happened or (all(kinds) and told[:3] in (happened[:3], told[:3]))
        return [] if is_same else [f"{where}: {happened!r} instead of {told!r}"]
    if where.endswith("expires_in_seconds"):
        return [] if 0 < happened <= 300 else [f"{where}: {happened}"]
    return [] if type(told) is type(happened) and told == happened else [f"{where}: {happened!r} instead of {told!r}"]


@pytest.fixture(scope="module")
def said(make_live_api: MakeLiveApi, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block of commands printed."""
    api: LiveApi = make_live_api()  # of its own: the guide moves the clock and starts over
    script = f"\necho; echo '{MARK}'\n".join(text for kind, text in BLOCKS if kind == "bash")
    folder: Path = tmp_path_factory.mktemp("guide")
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", script],
        env=commands(folder / "bin") | {"BASE": api.url},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(MARK)


def test_every_command_answers_as_the_guide_says(said: list[str]) -> None:
    printed, compared = iter(said), 0
    last = ""
    for kind, text in BLOCKS:
        if kind == "bash":
            last = next(printed)
        else:
            assert kind == "json"
            assert differences(json.loads(text), json.loads(last)) == [], last
            compared += 1
    assert compared > 12


def test_a_difference_is_found() -> None:
    assert differences({"code": "a"}, {"code": "b"})
    assert differences({"id": 1}, {})
    assert differences({"list": [{"n": 1}]}, {"list": []})
    assert differences({"list": []}, {"list": [1]})
    assert differences({"n": True}, {"n": 1})
    assert not differences({"at": "2026-11-30T09:00"}, {"at": "2027-01-04T10:00", "more": 1})


def test_the_guide_tells_all_that_it_promises() -> None:
    headings = re.findall(r"^## (.+)$", GUIDE, re.MULTILINE)
    assert len(headings) >= 10
    assert "integrate.md" in (ROOT / "README.md").read_text()

"""The gate against breaking changes can fail: `redocly diff` sees what would break clients of a release."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from launch.clients import SPEC
from launch.contract import breaks
from launch.place import ROOT

Document = dict[str, Any]


@pytest.fixture(scope="module")
def present() -> Document:
    """The description as it is."""
    document: Document = yaml.load((ROOT / SPEC).read_text(), yaml.CSafeLoader)
    return document


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A folder in which the present description is released, and an older one that nobody should look at."""
    folder = tmp_path / "released"
    folder.mkdir()
    shutil.copy(ROOT / SPEC, folder / "v1.10.0.yaml")
    (folder / "v1.9.0.yaml").write_text("not: a description")
    return folder


def drop_an_operation(document: Document) -> None:
    del document["paths"]["/v1/holds/{hold_id}"]["delete"]


def drop_a_member_of_an_answer(document: Document) -> None:
    del document["components"]["schemas"]["TokenPairReply"]["properties"]["session_id"]


def require_a_member_of_a_request(document: Document) -> None:
    document["components"]["schemas"]["HoldRequest"]["required"].append("patient_id")


def add_a_member_to_an_answer(document: Document) -> None:
    members = document["components"]["schemas"]["TokenPairReply"]["properties"]
    members["hint"] = {"type": "string", "maxLength": 10, "description": "Something new that old clients ignore."}


BREAKS = (drop_an_operation, drop_a_member_of_an_answer, require_a_member_of_a_request)


def verdict(change: Callable[[Document], None], present: Document, released: Path) -> int:
    """What the gate says of the present description after this change."""
    changed = deepcopy(present)
    change(changed)
    assert changed != present
    path = released.parent / "changed.yaml"
    path.write_text(yaml.dump(changed, Dumper=yaml.CSafeDumper, sort_keys=False))
    return breaks(released, str(path))


@pytest.mark.parametrize("change", BREAKS)
def test_a_break_is_seen(change: Callable[[Document], None], present: Document, released: Path) -> None:
    assert verdict(change, present, released) == 1


def test_an_addition_breaks_nobody(present: Document, released: Path) -> None:
    assert verdict(add_a_member_to_an_answer, present, released) == 0


def test_nothing_breaks_before_the_first_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert breaks(tmp_path) == 0
    assert "Nothing is released yet" in capsys.readouterr().out

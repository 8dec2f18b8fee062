"""The guides tell the truth that a machine can check: links, numbers, variables, the picture."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, app_layers, contracts, modules

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))
HEADINGS = ["Context", "Decision", "Why", "Runner-up", "Consequences"]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_has_its_five_parts(record: Path) -> None:
    text = record.read_text()
    number = int(record.name.partition("-")[0])
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_every_number_that_code_cites_is_explained() -> None:
    explained = set(re.findall(r"^- ([DR]\d+) ", (ROOT / "docs/guides/domain.md").read_text(), re.MULTILINE))
    cited = {number for one in modules() for number in re.findall(r"\b[DR]\d{1,2}\b", one.text) if one.path != _HERE}
    assert "R4" in cited
    assert cited - explained == set()


def test_every_variable_that_is_read_is_documented() -> None:
    read = re.compile(
        r"""(?:environ(?:\.get\(|\[)|env\.\w+\(|_required\(|_secret\(|_signing_key\(|_hosts\(|_web_app\()\s*"([A-Z_]+)\""""
    )
    names = {name for one in modules() if one.parts[0] != "tests" for name in read.findall(one.text)}
    explained = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/guides/running.md").read_text()))
    assert {"SECRET_KEY", "DATABASE_URL", "PORT"} <= names
    assert names - explained == set()


def test_every_proof_of_security_exists() -> None:
    """Each row of the requirements names a test that there is, or says openly that it has none."""
    text = (ROOT / "docs/security.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 60
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or (name and f"def {name}(" not in (ROOT / path).read_text())
    ]
    assert missing == []


def picture(start: str) -> tuple[set[str], set[tuple[str, str]]]:
    """Nodes and arrows of the Mermaid picture that holds a word."""
    blocks = re.findall(r"```mermaid\nflowchart TD\n(.*?)```", (ROOT / "docs/architecture.md").read_text(), re.DOTALL)
    (block,) = (one for one in blocks if start in one)
    arrows = set()
    for line in block.splitlines():
        ends = [re.findall(r"(\w+)(?:\[[^]]*\])?(?:\s*&\s*|\s*$)", part) for part in line.split("-->")]
        arrows |= {(above, below) for left, right in pairwise(ends) for above in left for below in right}
    return set(re.findall(r"^\s*(\w+)\[", block, re.MULTILINE)), arrows


def test_the_picture_shows_the_layers_of_apps() -> None:
    nodes, arrows = picture("config[")
    layers = app_layers()
    assert nodes == {app for layer in layers for app in layer}
    expected = {(up, down) for upper, lower in pairwise(layers) for up in upper for down in lower}
    assert arrows == expected


def test_the_picture_shows_the_layers_inside_an_app() -> None:
    (contract,) = (one for one in contracts() if one["type"] == "layers" and one["containers"] != ["backend"])
    text = (ROOT / "docs/architecture.md").read_text()
    block = text[text.index("edge[") : text.index("```", text.index("edge["))]
    drawn = [word for word in re.findall(r"[a-z_]+", block) if word not in {"edge", "reading", "deciding", "refusing"}]
    assert list(dict.fromkeys(drawn)) == re.findall(r"[a-z_]+", " ".join(contract["layers"]))


_HERE = "tests/architecture/test_docs.py"

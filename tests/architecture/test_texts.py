"""What no file of the repository may say: it must read the same to everybody, on every machine."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tracked_files

FORBIDDEN = {
    "a folder of one machine": r"(?<![\w.:/])/(home|Users|root|work)/\w",
    "a folder outside the repository": r"(?<!\w)(\.\./)?shared/\w",
    "a registry's host": r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org)\b",
    "how the work was shared out": r"\b(helpers?|sub-?agents?|task brief|the brief|prompts?)\b",
    "a promise without an issue": r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))",
    "a test that is set aside": r"pytest\.mark\.(skip|xfail)\b",
}
HERE = Path(__file__).resolve()
LOCKED_NAMES = ROOT / "contract" / "package-lock.json"  # names of other people's packages


def faults(text: str) -> list[str]:
    """What is wrong with a text, with the line."""
    numbered = enumerate(text.splitlines(), start=1)
    return [
        f"{number}: {what}: {line.strip()[:100]}"
        for number, line in numbered
        for what, pattern in FORBIDDEN.items()
        if re.search(pattern, line, re.IGNORECASE if pattern.islower() else 0)
    ]


def test_no_file_says_what_only_its_writer_understands() -> None:
    found = []
    for path in tracked_files():
        if path not in (HERE, LOCKED_NAMES) and b"\0" not in (raw := path.read_bytes()):
            found += [f"{path.relative_to(ROOT)}:{fault}" for fault in faults(raw.decode())]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "see /home/ann/notes",
        "cd /work/main",
        "as ../shared/design.md says",
        "--hash from https://pypi.org/simple",
        "a small helper",
        "# TODO later",
        "@pytest.mark.skip",
    ],
)
def test_such_words_are_found(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize("text", ["GET /v1/me", "shared by two", "TODO(#12): say why", "https://example.org/work/x"])
def test_others_are_not(text: str) -> None:
    assert not faults(text)

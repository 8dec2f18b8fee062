"""The source obeys the rules of the house, and each rule can tell."""

from itertools import chain

import pytest

from tests.architecture.finders import PUBLIC_NAMES, public
from tests.architecture.rules import CROWDED_FOR_A_REASON, RULES, Rule
from tests.architecture.source import Module, backend, modules, pyproject

FILE_LINES = 400
NAMED = [pytest.param(rule, id=rule.find.__name__) for rule in RULES]
BAD = [pytest.param(rule, text, id=f"{rule.find.__name__}-{n}") for rule in RULES for n, text in enumerate(rule.bad)]
GOOD = [pytest.param(rule, text, id=f"{rule.find.__name__}-{n}") for rule in RULES for n, text in enumerate(rule.good)]


@pytest.mark.parametrize("rule", NAMED)
def test_the_source_obeys(rule: Rule) -> None:
    subjects = [module for module in modules() if rule.applies(module)]
    found = [f"{one.path}:{line}: {fault}" for one in subjects for line, fault in rule.find(one)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_the_rule_finds(rule: Rule, text: str) -> None:
    module = Module(rule.path, text)
    assert rule.applies(module)
    assert list(rule.find(module))


@pytest.mark.parametrize(("rule", "text"), GOOD)
def test_the_rule_allows(rule: Rule, text: str) -> None:
    assert not list(rule.find(Module(rule.path, text)))


def too_long(files: tuple[Module, ...]) -> list[str]:
    counts = {one.path: len(one.text.splitlines()) for one in files if not one.is_migration}
    return [f"{path}: {lines} lines" for path, lines in counts.items() if lines > FILE_LINES]


def test_files_are_short() -> None:
    assert not too_long(modules())
    assert too_long((Module("backend/x.py", "a()\n" * (FILE_LINES + 1)),))


def test_every_crowded_module_still_is() -> None:
    by_path = {module.path: module for module in modules()}
    assert all(len(public(by_path[path])) > PUBLIC_NAMES for path in CROWDED_FOR_A_REASON)


def test_the_linter_refuses_naive_times_everywhere() -> None:
    lint = pyproject()["tool"]["ruff"]["lint"]
    assert "DTZ" in lint["select"]
    excused = [*lint["ignore"], *chain.from_iterable(lint["per-file-ignores"].values())]
    assert not [code for code in excused if code.startswith("DTZ")]
    assert not [one.path for one in backend() if "noqa: DTZ" in one.text]

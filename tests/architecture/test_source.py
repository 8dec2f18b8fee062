"""The source obeys the rules of the house, and each rule can tell."""

from itertools import chain
from pathlib import Path

import pytest

from launch import sizes
from tests.architecture.finders import PUBLIC_NAMES, busy_names
from tests.architecture.rules import CROWDED_FOR_A_REASON, RULES, Rule
from tests.architecture.source import ROOT, Module, backend, modules, pyproject

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


def test_files_and_functions_are_short(tmp_path: Path) -> None:
    found = [fault for one in modules() if not one.is_migration for fault in sizes.too_long(ROOT / one.path)]
    assert not found, "\n".join(found)
    long_file, long_function = tmp_path / "a.py", tmp_path / "b.py"
    long_file.write_text("a()\n" * 401)
    long_function.write_text("async def f():\n" + "    g()\n" * 40)
    assert [len(list(sizes.too_long(path))) for path in (long_file, long_function)] == [1, 1]


def test_every_crowded_module_still_is() -> None:
    by_path = {module.path: module for module in modules()}
    assert all(len(busy_names(by_path[path])) > PUBLIC_NAMES for path in CROWDED_FOR_A_REASON)


def test_the_linter_refuses_naive_times_everywhere() -> None:
    lint = pyproject()["tool"]["ruff"]["lint"]
    assert "DTZ" in lint["select"]
    excused = [*lint["ignore"], *chain.from_iterable(lint["per-file-ignores"].values())]
    assert not [code for code in excused if code.startswith("DTZ")]
    assert not [one.path for one in backend() if "noqa: DTZ" in one.text]

"""Which members a failure has is told by its code."""

from typing import Any

import pytest
from pytest_django import Settings

from backend.common.errors import Code
from backend.common.http import fields, problem_shape
from backend.common.http.openapi import document
from backend.common.http.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from tests.common.http.test_openapi import operation


class ExistingProblem(problem_shape.Problem):
    """There is one already."""

    codes = frozenset({Code.ALREADY_EXISTS})
    existing = fields.CharField(help_text="What there is already, by its name.")


class StaleProblem(problem_shape.Problem):
    """It was changed meanwhile."""

    codes = frozenset({Code.ETAG_MISMATCH})
    is_loose = True
    since = fields.CharField(required=False, help_text="Since when it is another one, where that is known.")


class LateProblem(problem_shape.Problem):
    """It runs already."""

    codes = frozenset({Code.IDEMPOTENCY_IN_PROGRESS})
    since = fields.CharField(help_text="Since when it runs, by our clock.")


def problem_names(api: dict[str, Any], name: str) -> dict[str, str]:
    """The schema of each of the operation's problems, by status."""
    found = {}
    for status, shown in operation(api, name)["responses"].items():
        shared = shown.get("$ref", "").rsplit("/", maxsplit=1)[-1]
        response = api["components"]["responses"][shared] if shared else shown
        problem = response.get("content", {}).get(PROBLEM_MEDIA_TYPE)
        if problem:
            found[status] = problem["schema"]["$ref"].rsplit("/", maxsplit=1)[1]
    return found


@pytest.fixture
def _no_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_shape, "_shapes", {})


def described_with(settings: Settings, *shapes: type[problem_shape.Problem]) -> dict[str, Any]:
    """The description of the operations here, where these problems have members of their own."""
    for shape in shapes:
        problem_shape.add_problem(shape)
    settings.ROOT_URLCONF = "tests.common.http.operations"
    made: dict[str, Any] = document._describe.__wrapped__(settings.ROOT_URLCONF)
    return made


@pytest.mark.usefixtures("_no_shapes")
def test_members_that_a_code_adds_are_told_where_it_may_come(settings: Settings) -> None:
    made = described_with(settings, ExistingProblem)
    names = problem_names(made, "createNote")
    assert names.pop("409") == "ExistingOrOtherProblem"
    assert set(names.values()) == {"Problem"}
    assert set(problem_names(made, "listNotes").values()) == {"Problem"}
    shapes = made["components"]["schemas"]
    forms = [one["$ref"].rsplit("/", maxsplit=1)[1] for one in shapes["ExistingOrOtherProblem"]["oneOf"]]
    assert forms == ["ExistingProblem", "Problem"]
    shape, plain = shapes["ExistingProblem"], shapes["Problem"]
    assert "allOf" not in shape
    assert shape["properties"].keys() == plain["properties"].keys() | {"existing"}
    assert shape["required"] == [*shape["properties"]]


@pytest.mark.usefixtures("_no_shapes")
def test_the_code_says_which_of_the_problems_it_is(settings: Settings) -> None:
    made = described_with(settings, LateProblem, ExistingProblem)
    shapes = made["components"]["schemas"]
    names = ("ExistingProblem", "LateProblem", "Problem")
    codes = [code for name in names for code in shapes[name]["properties"]["code"]["enum"]]
    assert codes[:2] == ["already_exists", "idempotency_in_progress"]
    assert sorted(codes) == sorted(Code), "each code belongs to one of them"
    assert problem_names(made, "createNote")["409"] == "ExistingOrLateProblem"


@pytest.mark.usefixtures("_no_shapes")
def test_a_member_that_may_be_missing_is_not_promised(settings: Settings) -> None:
    made = described_with(settings, StaleProblem)
    shape, plain = (made["components"]["schemas"][name] for name in ("StaleProblem", "Problem"))
    assert problem_names(made, "updateNote")["412"] == "StaleProblem"
    assert shape["required"] == plain["required"]
    assert {*shape["properties"]["code"]["enum"]} == {*Code}, "it stands for the plain ones"
    assert "etag_mismatch" not in plain["properties"]["code"]["enum"]

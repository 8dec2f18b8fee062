"""Every code is explained once, in both languages, and its status is that of the errors that carry it."""

import ast
import gettext
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import backend
from backend.common.errors import Code, DomainError
from backend.common.http import problems
from backend.common.http.catalogue import CATALOGUE

CATALOGUE_FILE = Path(backend.__path__[0]) / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def errors() -> Iterator[type[DomainError]]:
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if module.name.rsplit(".", maxsplit=1)[-1] == "errors":
            importlib.import_module(module.name)
    waiting = list(DomainError.__subclasses__())
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith("backend.") and hasattr(error, "code"):  # a sandbox's error has any
            yield error


def texts() -> Iterator[str]:
    for entry in CATALOGUE.values():
        yield from (entry.title, entry.cause, entry.remedy)
    yield from (error.detail for error in errors() if error.detail)
    for path in Path(backend.__path__[0]).rglob("*.py"):
        yield from marked(path)


def marked(path: Path) -> Iterator[str]:
    """The texts that a module marks for translation."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            is_text = isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
            if is_text and (node.func.id == "_" or node.func.id.startswith("gettext")):
                yield str(ast.literal_eval(node.args[0]))


def test_every_code_is_explained() -> None:
    assert set(CATALOGUE) == set(Code)


def test_a_code_has_one_status() -> None:
    for error in errors():
        told = problems._OF_TRANSPORT.get(error.code) or problems._OF_KIND[error.kind]
        assert told == problems.status_of(error.code), error


def test_every_text_is_there_in_french() -> None:
    with translation.override("fr"):
        missing = {text for text in texts() if translation.gettext(text) == text}
    assert not missing


def test_the_compiled_texts_are_those_of_the_source() -> None:
    """`msgfmt -o django.mo django.po` compiles them."""
    entries = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', CATALOGUE_FILE.read_text(), re.MULTILINE)
    with CATALOGUE_FILE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert len(entries) > len(CATALOGUE)
    unquoted = [(one.replace('\\"', '"'), other.replace('\\"', '"')) for one, other in entries]
    assert [text for text, french in unquoted if compiled.gettext(text) != french] == []


def test_the_list_of_codes_goes_through_in_pages() -> None:
    client, path, found = Client(), "/v1/errors?limit=10", []
    while path:
        answer = client.get(path).json()
        found += [one["code"] for one in answer["results"]]
        path = f"/v1/errors?limit=10&cursor={answer['next_cursor']}" if answer["next_cursor"] else ""
    assert found == [code.value for code in CATALOGUE]


def test_the_list_is_in_the_language_asked_for() -> None:
    first = Client().get("/v1/errors", headers={"Accept-Language": "fr"}).json()["results"][0]
    assert first["title"] == "Non valide"


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_type_of_a_problem_leads_to_its_section(code: Code) -> None:
    page, _, section = f"{problems.DOCS}#{code}".partition("#")
    assert f'id="{section}"' in Client().get(page).content.decode()

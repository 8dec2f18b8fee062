"""The description says what the code does: checked on throw-away operations, then on the real ones."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import validate
from pytest_django import Settings
from rest_framework import serializers

from backend.common.http import fields
from backend.common.http.access import PUBLIC, SIGNED_IN
from backend.common.http.endpoints import Endpoint
from backend.common.http.openapi import document, examples
from backend.common.http.openapi.document import as_yaml, describe_api
from backend.common.http.operations import Call, Idempotency, Operation, Reply
from backend.common.http.routes import route
from backend.common.http.serializers import StrictSerializer, page_of
from backend.config.management.commands import write_spec
from tests.common.http import operations
from tests.common.http.operations import Colour, Note, Word
from tests.contract import contract_of


@pytest.fixture
def api(settings: Settings) -> dict[str, Any]:
    settings.ROOT_URLCONF = "tests.common.http.operations"
    return describe_api()


def operation(api: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [one for methods in api["paths"].values() for one in methods.values() if one["operationId"] == name]
    return dict(found)


def parameters(api: dict[str, Any], name: str) -> dict[str, Any]:
    return {one["name"]: one for one in operation(api, name).get("parameters", [])}


def every_schema(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "type" in node and isinstance(node["type"], str | list):
            yield node
        for inner in node.values():
            yield from every_schema(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from every_schema(inner)


def test_names_texts_and_tags_come_from_the_class(api: dict[str, Any]) -> None:
    found = operation(api, "createNote")
    assert found["summary"] == "Write a note"
    assert found["description"] == "It leaves a row, so that tests can count effects."
    assert found["tags"] == ["notes"]
    assert found["x-permission"] == "clinic:manage"
    assert "owner" in found["x-required-roles"]
    assert "x-required-roles" not in operation(api, "getMine")


def test_who_signs_in_is_told(api: dict[str, Any]) -> None:
    assert operation(api, "createNote")["security"] == [{"bearerAuth": []}]
    assert operation(api, "listNotes")["security"] == [{}]
    assert "RFC8725" in api["components"]["securitySchemes"]["bearerAuth"]["description"]


def test_headers_of_requests_are_told(api: dict[str, Any]) -> None:
    assert parameters(api, "createSecretNote")["Idempotency-Key"]["required"] is True
    assert parameters(api, "createNote")["Idempotency-Key"]["required"] is False
    assert parameters(api, "updateNote")["If-Match"]["required"] is True
    assert parameters(api, "archiveNote")["If-Match"]["required"] is False
    assert "If-None-Match" in parameters(api, "getNote")
    assert "Idempotency-Key" not in parameters(api, "runSql")


def test_lists_in_the_query_say_how_they_are_written(api: dict[str, Any]) -> None:
    found = parameters(api, "listNotes")
    assert (found["owner"]["style"], found["owner"]["explode"]) == ("form", True)
    assert (found["expand"]["style"], found["expand"]["explode"]) == ("form", False)
    assert found["limit"]["schema"]["maximum"] == 100


def test_every_refusal_is_told_with_its_codes(api: dict[str, Any]) -> None:
    def codes(name: str, status: str) -> list[str]:
        reference = operation(api, name)["responses"][status]["$ref"].rsplit("/", maxsplit=1)[1]
        return list(api["components"]["responses"][reference]["content"]["application/problem+json"]["examples"])

    assert codes("createNote", "409") == ["already_exists", "idempotency_in_progress"]
    assert codes("createSecretNote", "400")[-1] == "idempotency_key_required"
    assert codes("listNotes", "400") == ["validation_failed", "unknown_field", "cursor_invalid"]
    assert codes("getMine", "401") == ["not_authenticated", "token_invalid", "token_expired", "session_revoked"]
    assert set(operation(api, "updateNote")["responses"]) >= {"200", "404", "412", "428", "413", "415", "500", "503"}
    assert "403" not in operation(api, "getMine")["responses"]
    assert "304" in operation(api, "getMine")["responses"]
    assert "401" not in operation(api, "listNotes")["responses"]


def test_each_example_of_a_problem_is_one(api: dict[str, Any]) -> None:
    for name, example in api["components"]["examples"].items():
        assert example["value"]["code"] == name
        assert example["value"]["type"].endswith(f"#{name}")


def test_requests_are_closed_and_answers_complete(api: dict[str, Any]) -> None:
    schemas = api["components"]["schemas"]
    assert schemas["NoteRequest"]["additionalProperties"] is False
    assert schemas["PartRequest"]["additionalProperties"] is False
    assert schemas["NoteRequest"]["required"] == ["text"]
    assert schemas["Note"]["required"] == list(schemas["Note"]["properties"])
    assert "additionalProperties" not in schemas["Note"]
    assert "NoteRequestRequest" not in schemas


def test_an_enum_is_one_component_under_its_own_name(api: dict[str, Any]) -> None:
    assert api["components"]["schemas"]["Colour"]["enum"] == ["red", "blue"]
    assert api["components"]["schemas"]["Colour"]["description"] == "A colour of a note."
    assert not [name for name in api["components"]["schemas"] if name.endswith("Enum")]


def test_sizes_are_told(api: dict[str, Any]) -> None:
    for schema in every_schema([api["components"]["schemas"], api["paths"]]):
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        if "string" in kinds and "enum" not in schema:
            assert "maxLength" in schema, schema
        if "array" in kinds:
            assert "maxItems" in schema, schema
        if "integer" in kinds:
            assert schema.keys() >= {"minimum", "maximum", "format"}, schema


def test_a_page_is_named_after_its_items(api: dict[str, Any]) -> None:
    assert api["components"]["schemas"]["NotePage"]["properties"]["results"]["maxItems"] == 100
    assert page_of(Note) is page_of(Note)


def described(settings: Settings, monkeypatch: pytest.MonkeyPatch, *made: type[Operation]) -> list[str]:
    """The warnings about an API of these operations."""
    routes = [route(f"notes/{one.__name__.lower()}", get=one) for one in made]
    monkeypatch.setattr(operations, "urlpatterns", routes)
    GENERATOR_STATS.reset()
    document._describe.__wrapped__("tests.common.http.operations")
    found = [str(message) for message in GENERATOR_STATS._warn_cache]
    GENERATOR_STATS.reset()
    return found


class Brief(StrictSerializer):
    """Too brief."""

    word = fields.CharField(help_text="Too brief.")


class Nullable(StrictSerializer):
    """Nullable things."""

    colour = fields.ChoiceField(Colour, allow_null=True, help_text="A colour that may be missing.")
    word = Word(allow_null=True, help_text="A word object that may be missing.")


def test_what_the_contract_forbids_is_warned_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class GetBrief(Operation):
        """Get it."""

        permission = PUBLIC
        returns = Brief

        def handle(self, call: Call) -> Reply:
            return Reply()

    class GetNullable(Operation):
        """Get what may be nothing at all."""

        permission = PUBLIC
        returns = Nullable

        def handle(self, call: Call) -> Reply:
            return Reply()

    found = " ".join(described(settings, monkeypatch, GetBrief, GetNullable))
    for fault in (
        "getBrief needs a description",
        "field word needs a help_text",
        "Colour is nullable",
        "word is a nullable object",
        "tag notes",
    ):
        assert fault in found


class Lax(StrictSerializer):
    """Takes anything for text."""

    word = serializers.CharField()


class Nested(StrictSerializer):
    """Holds a lax one."""

    inner = Lax(many=True)
    words = fields.ListField(child=serializers.CharField())


class Contradiction(Operation):
    """An operation that a test makes contradict itself."""

    permission = SIGNED_IN


@pytest.mark.parametrize(
    ("method", "members", "fault"),
    [
        ("POST", {"accepts": Lax}, "field word is not strict"),
        ("POST", {"accepts": Nested}, "field inner.word is not strict"),
        ("POST", {"accepts": Nested}, "field words is not strict"),
        ("GET", {"query": Lax}, "field word is not strict"),
        ("GET", {"accepts": Word}, "GET has no body"),
        ("PATCH", {"accepts": Word}, "field word of a PATCH is required"),
        ("DELETE", {"idempotency": Idempotency.OPTIONAL}, "Idempotency-Key is for POST and PATCH"),
        ("POST", {"rerender": True}, "rerender needs reload()"),
    ],
)
def test_a_contradiction_stops_the_start(method: str, members: dict[str, Any], fault: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Made") as caught:
        Endpoint(type("Made", (Contradiction,), members), method, "notes")
    assert fault in str(caught.value)


def test_a_method_is_a_known_one() -> None:
    with pytest.raises(ImproperlyConfigured, match="brew"):
        route("notes", brew=Contradiction)


@pytest.mark.parametrize(
    ("method", "path", "permission", "expected"),
    [
        ("POST", "notes", SIGNED_IN, Idempotency.OPTIONAL),
        ("PATCH", "notes/<uuid:note_id>", SIGNED_IN, Idempotency.OPTIONAL),
        ("POST", "notes", PUBLIC, Idempotency.NONE),
        ("POST", "auth/logout", SIGNED_IN, Idempotency.NONE),
        ("DELETE", "notes/<uuid:note_id>", SIGNED_IN, Idempotency.NONE),
    ],
)
def test_keys_are_taken_where_they_help(method: str, path: str, permission: Any, expected: Idempotency) -> None:
    made = type("Made", (Contradiction,), {"permission": permission})
    assert Endpoint(made, method, path).idempotency is expected


class TestTheRealOne:
    """What is published."""

    spec: ClassVar[dict[str, Any]]

    @pytest.fixture(autouse=True)
    def _spec(self) -> None:
        type(self).spec = describe_api()

    def test_it_is_valid_openapi(self) -> None:
        validate(self.spec)
        assert self.spec["openapi"] == "3.1.0"

    def test_every_recorded_example_fits_its_schema(self) -> None:
        contract = contract_of(settings.ROOT_URLCONF)
        names: set[str] = set()
        faults: list[str] = []
        for methods in self.spec["paths"].values():
            for one in methods.values():
                names.add(one["operationId"])
                for body in map(contract.resolve, [one.get("requestBody", {}), *one["responses"].values()]):
                    for media in body.get("content", {}).values():
                        shown = [media[name] for name in ("example",) if name in media]
                        shown += [contract.resolve(inner)["value"] for inner in media.get("examples", {}).values()]
                        found = [fault for value in shown for fault in contract.faults(media["schema"], value)]
                        faults += [f"{one['operationId']} {fault}" for fault in found]
        assert not faults, "\n".join([*faults, "record them again: make examples"])
        assert not {path.stem for path in examples.folder().glob("*.json")} - names - {examples.PROBLEMS}

    def test_it_is_written_and_checked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        judged: list[Any] = []

        def judge(document: dict[str, Any]) -> None:
            """The first time: it takes seconds, and the document is the same."""
            assert document is self.spec
            if not judged:
                validate_schema(document)
            judged.append(document)

        monkeypatch.setattr(write_spec, "validate_schema", judge)
        path = tmp_path / "openapi" / "v1.yaml"
        with pytest.raises(CommandError, match="write_spec"):
            call_command("write_spec", check=True, file=path)
        call_command("write_spec", file=path)
        call_command("write_spec", check=True, file=path)
        path.write_bytes(path.read_bytes().replace(b"listErrors", b"listFaults"))
        with pytest.raises(CommandError, match="write_spec"):
            call_command("write_spec", check=True, file=path)
        assert len(judged) == 4

    def test_it_is_the_same_in_every_process(self) -> None:
        assert as_yaml(document._describe.__wrapped__("backend.config.urls")) == as_yaml(self.spec)

    def test_it_is_served(self) -> None:
        client = Client()
        answer = client.get("/v1/openapi.json")
        assert answer.json() == self.spec
        assert client.get("/v1/openapi.yaml").content == as_yaml(self.spec)
        known = {"If-None-Match": answer["ETag"]}
        assert client.get("/v1/openapi.json", headers=known).status_code == 304

    def test_the_pages_need_nothing_from_elsewhere(self) -> None:
        for path in ("/docs", "/docs/errors"):
            answer = Client().get(path)
            assert answer.status_code == 200
            assert b"://" not in answer.content.replace(b"http://www.w3.org", b"")
        answer = Client().get("/docs")
        page = answer.content.decode()
        assert 'data-spec="/v1/openapi.json"' in page
        assert "script-src 'self'; " in answer["Content-Security-Policy"]
        wanted = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
        assert len(wanted) == 5
        assert all(finders.find(path) for path in wanted)

    def test_ids_in_paths_are_uuids(self) -> None:
        for path, methods in self.spec["paths"].items():
            for one in methods.values():
                named = {p["name"]: p for p in one.get("parameters", []) if p["in"] == "path"}
                assert all(p["schema"]["format"] == "uuid" for p in named.values()), path

"""Holds an answer against the description of the API, generated from the code that gave it."""

import functools
import json
import re
from copy import deepcopy
from functools import reduce
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from backend.common.http.openapi.document import describe_api
from backend.common.http.problems import MEDIA_TYPE as PROBLEM

_ROOT = "urn:spec"
_SOMETIMES = {"Access-Control-Allow-Origin", "Idempotent-Replayed", "Retry-After"}
_FORMATS = FormatChecker(["uuid", "date", "date-time"])


def check(method: str, path: str, response: HttpResponse) -> str | None:
    """The operationId that answered, None for no described one. Raises AssertionError for what is not described."""
    where = f"{method} {path} answered {response.status_code}: {response.content[:2000].decode(errors='replace')!r}"
    assert response.headers.get("X-Request-Id", "").startswith("req_"), f"no X-Request-Id: {where}"
    contract = contract_of(settings.ROOT_URLCONF)
    operation = contract.find("GET" if method == "HEAD" else method, path)
    if operation is None:
        assert method == "OPTIONS" or response.status_code in (404, 405, 429), f"not described: {where}"
        faults = [] if method in ("OPTIONS", "HEAD") else contract.faults(_PROBLEM_SCHEMA, json.loads(response.content))
        assert not faults, f"{faults} in {where}"
        return None
    documented = contract.resolve(operation["responses"].get(str(response.status_code)))
    assert documented, f"status not described: {where}"
    missing = documented["headers"].keys() - _SOMETIMES - response.headers.keys()
    assert not missing, f"no {missing}: {where}"
    if {} not in operation["security"]:
        assert response.headers.get("Cache-Control") == "no-store", f"a cache may keep what is personal: {where}"
    if method != "HEAD":
        faults = contract.body_faults(documented.get("content", {}), response)
        assert not faults, f"{faults} in {where}"
    return str(operation["operationId"])


_PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}


class _Contract:
    """The description, with every object closed: a member that it does not name must not be sent."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = deepcopy(document)
        for schema in self.document["components"]["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        resource = DRAFT202012.create_resource(self.document)
        self.registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        self.validators: dict[str, Draft202012Validator] = {}
        by_parameters = sorted(self.document["paths"], key=lambda path: path.count("{"))
        self.patterns = {path: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)) for path in by_parameters}

    def find(self, method: str, path: str) -> dict[str, Any] | None:
        """The described operation."""
        for known, pattern in self.patterns.items():
            if pattern.fullmatch(path):
                found: dict[str, Any] | None = self.document["paths"][known].get(method.lower())
                return found
        return None

    def resolve(self, node: Any) -> Any:
        """The node, or what its reference means."""
        if not node or "$ref" not in node:
            return node
        return reduce(lambda inner, part: inner[part], node["$ref"].split("/")[1:], self.document)

    def faults(self, schema: dict[str, Any], body: Any) -> list[str]:
        """What in the body contradicts the schema."""
        reference = schema["$ref"]
        if reference not in self.validators:
            absolute = {"$ref": f"{_ROOT}{reference}"}
            self.validators[reference] = Draft202012Validator(absolute, registry=self.registry, format_checker=_FORMATS)
        return [f"{error.json_path}: {error.message}" for error in self.validators[reference].iter_errors(body)]

    def body_faults(self, content: dict[str, Any], response: HttpResponse) -> list[str]:
        """What in media type, body or error code is not described."""
        if not content:
            return ["a body"] if response.content else []
        media_type = response.headers.get("Content-Type", "").split(";")[0]
        if media_type not in content:
            return [f"media type {media_type}"]
        media = content[media_type]
        if "$ref" not in media["schema"]:
            return []  # a document that is no JSON
        body = json.loads(response.content)
        faults = self.faults(media["schema"], body)
        if media_type == PROBLEM and body["code"] not in media["examples"]:
            faults.append(f"code {body['code']}")
        return faults


@functools.cache
def contract_of(urlconf: str) -> _Contract:
    """The description of the API as it is routed now."""
    assert urlconf == settings.ROOT_URLCONF
    return _Contract(describe_api())

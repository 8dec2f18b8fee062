"""Last touches to the whole description."""

import json
from collections.abc import Iterator
from typing import Any

from drf_spectacular.drainage import warn

from backend.common.http.openapi.headers import COMPONENTS as HEADERS
from backend.common.http.openapi.schema import KEY_SCHEME, SECURITY_SCHEME
from backend.common.http.problem_shape import narrow


def complete(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Answers are complete, requests closed; shared headers and the way to sign in are there."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _reachable(schemas, _roots(result, "responses")):
        if "properties" in schemas[name]:
            schemas[name]["required"] = [*schemas[name]["properties"]]
            narrow(name, schemas[name])
    for name in _reachable(schemas, _roots(result, "requestBody")):
        if "properties" in schemas[name]:
            schemas[name]["additionalProperties"] = False
            _tell_defaults(schemas[name]["properties"])
    _flatten(result)
    components["headers"] = HEADERS
    components["securitySchemes"] = {SECURITY_SCHEME: _BEARER, KEY_SCHEME: _KEY}
    _warn_of_names(result, schemas)
    return result


_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": (
        "The access token of createToken, in the header Authorization. A JSON Web Token signed with EdDSA and used as "
        "RFC8725 advises; it lives ten minutes and dies with its session."
    ),
}

_KEY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "eg_",
    "description": (
        "An API key of createApiKey, in the header Authorization, in place of an access token; it begins with `eg_`. "
        "Taken where `x-api-key-scopes` names a scope that it has; what belongs to clinics that "
        "it is not for is as if absent."
    ),
}


def _tell_defaults(properties: dict[str, Any]) -> None:
    """A default in words, not as a keyword: openapi-typescript takes a field that has one for a required one."""
    for schema in properties.values():
        default = schema.pop("default", None)
        if default not in (None, False, "", []):
            schema["description"] += f" If absent: {json.dumps(default)}."


def _flatten(node: Any) -> None:
    """A reference stands beside its description, as OpenAPI 3.1 allows, not wrapped in an `allOf` of one."""
    if isinstance(node, dict) and len(node.get("allOf", ())) == 1 and "$ref" in node["allOf"][0]:
        node |= node.pop("allOf")[0]
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _flatten(inner)


def _roots(result: dict[str, Any], member: str) -> Iterator[Any]:
    for methods in result["paths"].values():
        for operation in methods.values():
            yield operation.get(member)
    if member == "responses":
        yield result["components"].get("responses")


def _reachable(schemas: dict[str, Any], roots: Iterator[Any]) -> list[str]:
    found: dict[str, None] = {}
    waiting = [name for root in roots for name in _named(root)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += _named(schemas[name])
    return sorted(found)


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref", "")
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            yield reference.rsplit("/", maxsplit=1)[1]
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _named(inner)


def _warn_of_names(result: dict[str, Any], schemas: dict[str, Any]) -> None:
    for name in schemas:
        if name.endswith("Enum"):
            warn(f"component {name}: name the enum by what it is")
    described = {tag["name"] for tag in result.get("tags", [])}
    used = {tag for methods in result["paths"].values() for operation in methods.values() for tag in operation["tags"]}
    for tag in sorted(used - described):
        warn(f"tag {tag} has no description in SPECTACULAR_SETTINGS['TAGS']")
    if "tags" in result:
        result["tags"] = sorted((tag for tag in result["tags"] if tag["name"] in used), key=lambda tag: tag["name"])

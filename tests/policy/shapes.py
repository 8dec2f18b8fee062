"""What the description says that requests hold: every object of a body, every id in body or query."""

import functools
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from backend.common.http.openapi.document import describe_api
from tests.policy.calls import Operation, Sent

Path = tuple[str, ...]
Schema = Mapping[str, Any]
LINKS = ("allOf", "oneOf", "anyOf")
ITEM = "0"
"""The first item of a list, in a path."""


@dataclass(frozen=True)
class Place:
    """Where a value is sent: a query parameter (`is_query`), or a member of the body at that path."""

    path: Path
    schema: Schema
    is_query: bool = False

    @property
    def name(self) -> str:
        """Of the member or parameter."""
        return self.path[-1]

    @property
    def is_list(self) -> bool:
        """Whether it takes several values."""
        return self.schema.get("type") == "array"

    @property
    def is_id(self) -> bool:
        """Whether it takes ids."""
        inner = self.schema.get("items", {}) if self.is_list else self.schema
        return inner.get("format") == "uuid"

    def __str__(self) -> str:
        return "?" + self.name if self.is_query else "/" + "/".join(self.path)

    def put(self, sent: Sent, value: Any) -> Sent:
        """The same call with this value here, or among others here. Fails when its body has no object to hold it."""
        if self.is_list:
            before = self.value(sent) or []
            value = [*([before] if isinstance(before, str) else before), value]
        if self.is_query:
            return replace(sent, query={**sent.query, self.name: value})
        body = deepcopy(sent.body or {})
        at(body, self.path[:-1])[self.name] = value
        return replace(sent, body=body)

    def value(self, sent: Sent) -> Any:
        """What the call sends here, None for nothing."""
        holder = sent.query if self.is_query else at(sent.body or {}, self.path[:-1])
        return (holder or {}).get(self.name)


def at(body: Any, path: Path) -> Any:
    """The object at this path of a body, None if there is none."""
    for step in path:
        body = dict(enumerate(body)).get(int(step)) if isinstance(body, list) else (body or {}).get(step)
    return body


def members(operation: Operation) -> list[Place]:
    """Every documented member of the operation's JSON body, however deep."""
    content = flat(operation.description.get("requestBody", {})).get("content", {})
    found = [place for schema in [content.get("application/json", {}).get("schema")] if schema for place in _in(schema)]
    return list({place.path: place for place in found}.values())


def parameters(operation: Operation) -> list[Place]:
    """Every documented query parameter of the operation."""
    told = [flat(one) for one in operation.description.get("parameters", [])]
    return [Place((one["name"],), flat(one["schema"]), is_query=True) for one in told if one["in"] == "query"]


def objects(operation: Operation) -> dict[Path, frozenset[str]]:
    """The objects of the body, the body itself first: which names each documents."""
    found: dict[Path, set[str]] = {(): set()}
    for place in members(operation):
        found.setdefault(place.path[:-1], set()).add(place.name)
    return {path: frozenset(names) for path, names in found.items()}


def _in(schema: Schema, path: Path = ()) -> Iterator[Place]:
    schema = flat(schema)
    for link in LINKS:
        for inner in schema.get(link, ()):
            yield from _in(inner, path)
    for name, inner in schema.get("properties", {}).items():
        yield Place((*path, name), flat(inner))
        yield from _in(inner, (*path, name))
    if "items" in schema:
        yield from _in(schema["items"], (*path, ITEM))


def flat(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = _components()[schema["$ref"]]
    return schema


@functools.cache
def _components() -> dict[str, Any]:
    kinds = describe_api()["components"].items()
    return {f"#/components/{kind}/{name}": told for kind, all_ in kinds for name, told in all_.items()}

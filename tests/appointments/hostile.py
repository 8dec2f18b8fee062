"""Ways to send an operation something that it must refuse, derived from its own description."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from backend.common.errors import Code
from backend.common.http.openapi.document import describe_api
from tests.api_client import multipart
from tests.policy.calls import Operation, Sent

_FORMATS = FormatChecker(["uuid", "date", "date-time", "email"])
_JSON = [None, True, 0, -1, 1.5, 10**30, "", " ", "x", "a\0b", "x" * 5000, [], {}, ["x"], {"a": 1}]
_TIMES = [
    "2026-11-02T09:00:00",
    "2026-11-02 09:00:00Z",
    "2026-11-02T09:00Z",
    "2026-13-02T09:00:00Z",
    "2026-11-02T25:00:00Z",
    "2026-11-02T09:00:00+25:00",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:00Z",
    "9999-12-31T23:59:00-14:00",
]
_DATES = ["2026-02-30", "2026-13-01", "26-01-01", "0001-01-01", "9999-12-31", "2026-11-02T09:00:00Z"]
_QUERY = ["", " ", "x", "a\0b", "0", "-1", "101", "1e9", "abc", "1.5", "9" * 30, "true", "x" * 5000]
_BODIES: Mapping[str, tuple[bytes, Code]] = {
    "a list": (b"[]", Code.MALFORMED_JSON),
    "null": (b"null", Code.MALFORMED_JSON),
    "a string": (b'"x"', Code.MALFORMED_JSON),
    "a number": (b"1", Code.MALFORMED_JSON),
    "half an object": (b'{"a":', Code.MALFORMED_JSON),
    "two objects": (b"{}{}", Code.MALFORMED_JSON),
    "no UTF-8": (b'{"a":"\xff"}', Code.MALFORMED_JSON),
    "no number": (b'{"a":NaN}', Code.MALFORMED_JSON),
    "a member twice": (b'{"a":1,"a":1}', Code.MALFORMED_JSON),
    "a hundred levels": (b'{"a":' + b"[" * 99 + b"]" * 99 + b"}", Code.MALFORMED_JSON),
    "half a surrogate": (b'{"a":"\\ud800"}', Code.MALFORMED_JSON),
    "300 KiB": (b'{"a":"' + b"x" * 300 * 1024 + b'"}', Code.BODY_TOO_LARGE),
}


@dataclass(frozen=True)
class Attempt:
    """What is sent instead, and the code that answers it."""

    name: str
    code: Code
    raw: bytes | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hostile:
    """The attempts on one operation, each a single fault in an otherwise valid call."""

    operation: Operation
    valid: Sent

    def attempts(self) -> Iterator[Attempt]:
        """All of them."""
        if self.operation.method not in ("GET", "DELETE"):
            yield from self._files() if self.valid.file else self._bodies(self.valid.body or {})
        yield from self._queries()
        yield from self._headers()

    def _files(self) -> Iterator[Attempt]:
        for media_type in ("application/json", "image/jpeg", "application/x-www-form-urlencoded", ""):
            headers = {"Content-Type": media_type}
            yield Attempt(f"as {media_type}", Code.UNSUPPORTED_MEDIA_TYPE, self.valid.file, headers=headers)
        for content in (b"", b"\0", b"<svg/>", b"\xff\xd8\xff", b"%PDF-"):
            yield Attempt(f"a file of {content!r}", Code.VALIDATION_FAILED, multipart(content))
        yield Attempt("11 MiB", Code.BODY_TOO_LARGE, multipart(b"\0" * 11 * 1024 * 1024))
        for raw in (b"{}", b"--b", b"--b--\r\n", b"\0" * 1000):
            yield Attempt(f"a body of {raw[:9]!r}", Code.VALIDATION_FAILED, raw)

    def _bodies(self, body: Mapping[str, Any]) -> Iterator[Attempt]:
        for name, (raw, code) in _BODIES.items():
            yield Attempt(name, code, raw)
        for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
            raw = json.dumps(body).encode()
            yield Attempt(f"as {media_type}", Code.UNSUPPORTED_MEDIA_TYPE, raw, headers={"Content-Type": media_type})
        yield Attempt("an unknown field", Code.UNKNOWN_FIELD, self._raw({"surprise": 1}))
        for name, schema in self._properties.items():
            for value in [*_JSON, *(_TIMES if schema.get("format") == "date-time" else ())]:
                if not self._is_valid(schema, value):
                    yield self._with(name, value)
            if "string" in schema.get("type", ""):
                half = self._raw({name: "?"}).replace(b'"?"', b'"\\ud800"')
                yield Attempt(f"{name} is half a surrogate", Code.MALFORMED_JSON, half)
        for name in self._required:
            left = {key: value for key, value in body.items() if key != name}
            yield Attempt(f"without {name}", Code.VALIDATION_FAILED, json.dumps(left).encode())
        if "starts_at" in self._properties:
            yield self._with("starts_at", "2026-11-02T09:00:30-07:00")

    def _with(self, name: str, value: Any) -> Attempt:
        # An object where one belongs: what is wrong with it is the name in it.
        is_closed = isinstance(value, dict) and value and "properties" in _resolve(self._properties[name])
        code = Code.UNKNOWN_FIELD if is_closed else Code.VALIDATION_FAILED
        return Attempt(f"{name} is {str(value)[:40]!r}", code, self._raw({name: value}))

    def _raw(self, changes: Mapping[str, Any]) -> bytes:
        return json.dumps({**(self.valid.body or {}), **changes}).encode()

    def _queries(self) -> Iterator[Attempt]:
        yield Attempt("an unknown parameter", Code.UNKNOWN_FIELD, query={"surprise": "1"})
        for parameter in self.operation.description.get("parameters", ()):
            name, schema = parameter["name"], parameter["schema"]
            if parameter["in"] != "query":
                continue
            is_list = schema.get("type") == "array"
            if not is_list:
                yield Attempt(f"{name} twice", Code.VALIDATION_FAILED, query={name: ["1", "1"]})
            if name == "cursor":
                for text in ("abc", "AAAA", "A" * 200, "é", "=" * 8):
                    yield Attempt(f"cursor {text[:10]}", Code.CURSOR_INVALID, query={name: text})
                continue
            dates = {"date": _DATES, "date-time": _TIMES}.get(schema.get("format", ""), [])
            single = _resolve(schema["items"] if is_list else schema)
            for text in [*_QUERY, *dates]:
                if not self._is_valid(single, _said(text, single)):
                    yield Attempt(f"{name} is {text[:40]!r}", Code.VALIDATION_FAILED, query={name: text})

    def _headers(self) -> Iterator[Attempt]:
        for media_type in ("text/html", "application/xml", "application/json;q=0"):
            yield Attempt(f"wants {media_type}", Code.NOT_ACCEPTABLE, headers={"Accept": media_type})
        taken = {one["name"] for one in self.operation.description.get("parameters", ()) if one["in"] == "header"}
        if "Idempotency-Key" in taken:
            for key in ("", "two words", "x" * 300):
                yield Attempt(f"the key {key[:10]!r}", Code.VALIDATION_FAILED, headers={"Idempotency-Key": key})
        if "If-Match" in taken:
            for tag in ('"x"', "1", "", "W/1-0000000000000000"):
                yield Attempt(f"if-match {tag}", Code.ETAG_MISMATCH, headers={"If-Match": tag})

    @cached_property
    def _schema(self) -> dict[str, Any]:
        body = self.operation.description.get("requestBody")
        media = body["content"].get("application/json") if body else None
        return _resolve(media["schema"]) if media else {}

    @property
    def _properties(self) -> dict[str, Any]:
        return {name: _resolve(schema) for name, schema in self._schema.get("properties", {}).items()}

    @property
    def _required(self) -> list[str]:
        required: list[str] = self._schema.get("required", [])
        return required

    @staticmethod
    def _is_valid(schema: dict[str, Any], value: Any) -> bool:
        validator = Draft202012Validator(_absolute(schema), registry=_registry(), format_checker=_FORMATS)
        return not any(validator.iter_errors(value))


def _said(text: str, schema: dict[str, Any]) -> Any:
    """What JSON would have said for a parameter of that type."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d{1,30}", text):
        return int(text)
    return True if schema.get("type") == "boolean" and text == "true" else text


def _resolve(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: dict[str, Any] = reduce(lambda node, part: node[part], reference.split("/")[1:], describe_api())
    return found


@functools.cache
def _registry() -> "Registry[Any]":
    empty: Registry[Any] = Registry()
    known: Registry[Any] = empty.with_resource("urn:spec", DRAFT202012.create_resource(describe_api()))
    return known


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: f"urn:spec{value}" if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema

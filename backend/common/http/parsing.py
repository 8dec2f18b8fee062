"""Reading a request strictly: one JSON object of bounded size and depth, query parameters that are known."""

import functools
import json
import re
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.errors import (
    BodyTooLarge,
    MalformedJson,
    NotAcceptable,
    UnknownField,
    UnsupportedMediaType,
)
from backend.common.http.rendering import MEDIA_TYPE
from backend.common.http.serializers import StrictSerializer
from backend.common.http.validation import refusal

MAX_BODY_BYTES = 256 * 1024
MAX_DEPTH = 32

_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_REPEATED = gettext_noop("This parameter was given more than once.")
_GARBLED = gettext_noop("This is no text in UTF-8.")


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; an absent body is an empty object.

    Raises BodyTooLarge, UnsupportedMediaType, MalformedJson.
    """
    raw = read_body(request, MAX_BODY_BYTES)
    if not raw:
        return {}
    if request.content_type != MEDIA_TYPE:
        raise UnsupportedMediaType
    try:
        value = orjson.loads(raw)  # strict: UTF-8, no lone surrogates, no NaN
        if raw.count(b":") > 1:
            json.loads(raw, object_pairs_hook=_refuse_duplicates)
    except (ValueError, RecursionError) as error:
        raise MalformedJson from error
    if not isinstance(value, dict) or _is_too_deep(raw, value):
        raise MalformedJson
    return value


def read_body(request: HttpRequest, max_bytes: int) -> bytes:
    """The bytes as they came. Raises BodyTooLarge, and MalformedJson when the sender hangs up."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > max_bytes:
        raise BodyTooLarge
    # Django takes a body of unknown length for an empty one.
    is_chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    source = request.META["wsgi.input"] if is_chunked else request
    try:
        raw: bytes = source.read(max_bytes + 1)
    except UnreadablePostError as error:
        raise MalformedJson from error
    if len(raw) > max_bytes:
        raise BodyTooLarge
    return raw


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    # The values are of no use here, so nothing is built.
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name is there twice")


def _is_too_deep(raw: bytes, value: Any) -> bool:
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _members(outer)]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def _members(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def read_query(shape: StrictSerializer, query: str) -> dict[str, Any]:
    """The query converted by its serializer. Raises UnknownField, ValidationFailed."""
    encoded = query.encode("latin-1", "replace")
    raw: dict[str, Any] = {}
    refused: dict[str, list[ErrorDetail]] = {}
    is_garbled = not _is_utf8(encoded)
    for name, texts in _parameters(encoded).lists():
        field = shape.fields.get(name)
        if is_garbled and field is not None and any("\ufffd" in text for text in texts):
            refused[name] = [ErrorDetail(_GARBLED, code=FieldCode.INVALID.value)]
        elif isinstance(field, serializers.ListField):
            items = ",".join(texts).split(",") if getattr(field, "is_comma_separated", False) else texts
            raw[name] = [_convert(field.child, text) for text in items]
        elif len(texts) > 1 and field is not None:
            refused[name] = [ErrorDetail(_REPEATED, code=FieldCode.INVALID.value)]
        else:
            raw[name] = _convert(field, texts[0])
    try:
        if refused:
            raise ValidationError(refused)
        values: dict[str, Any] = shape.run_validation(raw)
    except ValidationError as error:
        raise refusal(error, of_query=True) from error
    return values


@functools.lru_cache(maxsize=500)
def read_query_once(shape: StrictSerializer, query: str) -> dict[str, Any]:
    """The same, for queries that come again and again and name people by id at most. Refusals are not remembered."""
    return read_query(shape, query)


def _is_utf8(query: bytes) -> bool:
    # Django puts a stand-in for what it cannot read, and would look for that.
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return True


def _parameters(query: bytes) -> QueryDict:
    try:
        return QueryDict(query, encoding="utf-8")
    except TooManyFieldsSent as error:
        raise UnknownField from error  # no operation knows as many


def _convert(field: Any, text: str) -> Any:
    """What JSON would have said; text that is no such value stays text, for the field to refuse."""
    if isinstance(field, fields.IntegerField) and _INTEGER.fullmatch(text):
        return int(text)
    if isinstance(field, fields.FloatField) and _NUMBER.fullmatch(text):
        return float(text)
    if isinstance(field, fields.BooleanField):
        return {"true": True, "false": False}.get(text, text)
    return text


def refuse_unacceptable(accept: str | None, *media_types: str) -> None:
    """Raise NotAcceptable when the header Accept rules out all media types that the answer may have."""
    if not accept or accept == "*/*" or accept in media_types:
        return
    families = {media_type.split("/", maxsplit=1)[0] + "/*" for media_type in media_types}
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        is_refused = any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
        if name in {"*/*", *families, *media_types} and not is_refused:
            return
    raise NotAcceptable

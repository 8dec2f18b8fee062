"""Cursors of lists: opaque, signed, and good only for the operation and the filters they were given for."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from backend.common import pagination
from backend.common.errors import CursorInvalid
from backend.common.http.operations import Call, Reply

_SEAL_BYTES = 16


def paginate(call: Call, queryset: QuerySet[Any, Any], *, order: Sequence[str]) -> Reply:
    """The reply of a list operation whose `query` is a PageQuery and whose `returns` is `page_of(...)`.

    Raises CursorInvalid.
    """
    after = read_cursor(call)
    try:
        page = pagination.page(queryset, order=order, limit=call.query["limit"], after=after)
    except ValueError as error:
        raise CursorInvalid from error
    return Reply({"results": page.rows, "next_cursor": write_cursor(call, page.position)})


def write_cursor(call: Call, position: Sequence[Any] | None) -> str | None:
    """The cursor of a position, None for none. A position is what JSON can say: times and ids become text."""
    if position is None:
        return None
    body = orjson.dumps(list(position))
    sealed = next(_seals(call, body)) + body
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_cursor(call: Call) -> list[Any] | None:
    """The position in the query's cursor, None for the first page. Raises CursorInvalid."""
    text: str | None = call.query.get("cursor")
    if text is None:
        return None
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
    seal, body = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not any(hmac.compare_digest(seal, good) for good in _seals(call, body)):
        raise CursorInvalid
    position: list[Any] = orjson.loads(body)
    return position


def _seals(call: Call, body: bytes) -> Iterator[bytes]:
    filters = {name: value for name, value in call.query.items() if name not in ("limit", "cursor")}
    scope = orjson.dumps([call.operation_id, filters], option=orjson.OPT_SORT_KEYS)
    told = hashlib.sha256(scope).digest() + body
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac("cursor", told, secret=secret, algorithm="sha256").digest()[:_SEAL_BYTES]

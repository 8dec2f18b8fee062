"""JSON out: instants as RFC 3339, ids as text, keys in the order the serializer declares."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

MEDIA_TYPE = "application/json"

_OPTIONS = orjson.OPT_UTC_Z


def to_json(data: Any) -> bytes:
    """The JSON text of plain data. Raises TypeError for what JSON cannot say."""
    return orjson.dumps(data, default=_plain, option=_OPTIONS)


def _plain(value: Any) -> str:
    if isinstance(value, Promise | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class JSONRenderer(BaseRenderer):
    """The same JSON for views of libraries."""

    media_type = MEDIA_TYPE
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Empty for no data, as a 204 must be."""
        return b"" if data is None else to_json(data)

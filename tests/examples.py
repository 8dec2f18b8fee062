"""Bodies of passing tests as they are shown in the API's description.

Ids, tokens and tags become the same stand-ins in every run, and dates near today move by whole weeks to a fixed week.
"""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.common.http.openapi.examples import FIXED_WEEK

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_API_KEY = re.compile(r"eg_[0-9a-f]{12}(_[\w-]{43})?")
_REQUEST_ID = re.compile(r"req_[0-9a-f]{32}")
_ETAG = re.compile(r'"(\d+)-[0-9a-f]{16}"')
_SERVER_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d(?!\d)")
_NEAR = timedelta(days=400)


class StandIns:
    """The first id seen becomes the first stand-in, and the same id the same one again."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def of(self, node: Any) -> Any:
        """The body with stand-ins."""
        if isinstance(node, dict):
            return {name: self.of(value) for name, value in node.items()}
        if isinstance(node, list):
            return [self.of(value) for value in node]
        return self._text(node) if isinstance(node, str) else node

    def _text(self, text: str) -> str:
        text = _UUID.sub(lambda match: self.ids.setdefault(match[0], self._id(len(self.ids))), text)
        text = _JWT.sub("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl", text)
        text = _API_KEY.sub(lambda key: "eg_0123456789ab" + ("_example" if key[1] else ""), text)
        text = _REQUEST_ID.sub("req_019a3c5e7b1c7d3e9f2a4b6c8d0e1f23", text)
        text = _ETAG.sub(r'"\1-8c6f1e0b5d2a4973"', text)
        text = _SERVER_TIME.sub(f"{FIXED_WEEK}T17:00:00Z", text)
        return _DATE.sub(_in_fixed_week, text)

    @staticmethod
    def _id(number: int) -> str:
        return str(uuid.UUID(int=0x019A3C5E7B1C70008000000000000001 + number))


def _in_fixed_week(match: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(match[0])
    except ValueError:
        return match[0]
    today = datetime.now(UTC).date()
    if abs(day - today) > _NEAR or day == FIXED_WEEK:
        return match[0]  # a birth date, say
    return str(day + (FIXED_WEEK - (today - timedelta(days=today.weekday()))))

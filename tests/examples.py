"""Records bodies of passing tests as the examples of the API's description: `docs/openapi/examples/`.

Ids, tokens and tags become the same stand-ins in every run, and dates near today move by whole weeks to a fixed week,
so that recording again changes nothing. The first body of each kind is kept, so the order of tests must be fixed:
`RECORD_EXAMPLES=1 python -m pytest -p no:randomly`.
"""

import json
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponse

from backend.common.http.openapi.examples import FIXED_WEEK, folder

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_REQUEST_ID = re.compile(r"req_[0-9a-f]{32}")
_ETAG = re.compile(r'"(\d+)-[0-9a-f]{16}"')
_SERVER_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NEAR = timedelta(days=400)

_recorded: set[tuple[str, str]] = set()


def record(operation_id: str, body: Any, response: HttpResponse) -> None:
    """Keep this call as the example of its operation and status, unless this run has one."""
    if not response.content or "json" not in response.headers.get("Content-Type", ""):
        return
    answer = json.loads(response.content)
    kind = f"{response.status_code} {answer['code']}" if response.status_code >= 400 else str(response.status_code)
    if (operation_id, kind) in _recorded:
        return
    _recorded.add((operation_id, kind))
    path = folder() / f"{operation_id}.json"
    known = json.loads(path.read_text()) if path.exists() else {"responses": {}}
    stand_in = _StandIns()
    if isinstance(body, dict) and response.status_code < 300:
        known["request"] = stand_in.of(json.loads(json.dumps(body, default=str)))
    known["responses"][kind] = stand_in.of(answer)
    known["responses"] = dict(sorted(known["responses"].items()))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(known.items())), indent=2, ensure_ascii=False) + "\n")


class _StandIns:
    """The first id seen becomes the first stand-in, and the same id the same one again."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def of(self, node: Any) -> Any:
        if isinstance(node, dict):
            return {name: self.of(value) for name, value in node.items()}
        if isinstance(node, list):
            return [self.of(value) for value in node]
        return self._text(node) if isinstance(node, str) else node

    def _text(self, text: str) -> str:
        text = _UUID.sub(lambda match: self.ids.setdefault(match[0], self._id(len(self.ids))), text)
        text = _JWT.sub("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl", text)
        text = _REQUEST_ID.sub("req_019a3c5e7b1c7d3e9f2a4b6c8d0e1f23", text)
        text = _ETAG.sub(r'"\1-8c6f1e0b5d2a4973"', text)
        text = _DATE.sub(_in_fixed_week, text)
        return _SERVER_TIME.sub(f"{FIXED_WEEK}T17:00:00Z", text)

    @staticmethod
    def _id(number: int) -> str:
        return str(uuid.UUID(int=0x019A3C5E7B1C70008000000000000001 + number))


def _in_fixed_week(match: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(match[0])
    except ValueError:
        return match[0]
    today = datetime.now(UTC).date()
    if abs(day - today) > _NEAR:
        return match[0]  # a birth date, say
    return str(day + (FIXED_WEEK - (today - timedelta(days=today.weekday()))))

"""What the operations answered in this process, and whether the recorded examples still show it."""

import functools
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from backend.common.errors import Code
from backend.common.http.openapi import examples
from tests.evidence.fits import fits
from tests.examples import StandIns

RECORD = "RECORD_EXAMPLES"
Kind = tuple[str, str]
"""operationId, and status or status and code: `("createHold", "409 slot_taken")`."""


@dataclass
class Seen:
    """Answers of one kind. `body` and `request` are the best for an example: those of the lowest `rank`."""

    is_current: bool = False
    rank: str = "~"
    body: Any = None
    request: Any = None

    def add(self, others: Iterable["Seen"]) -> None:
        """Also what others saw, as other processes did."""
        best = min([self, *others], key=lambda one: one.rank)
        self.is_current = any(one.is_current for one in [self, *others])
        self.rank, self.body, self.request = best.rank, best.body, best.request


SEEN: dict[Kind, Seen] = {}


def note(operation_id: str, sent: Any, response: HttpResponse) -> None:
    """Remember an answer, and compare it with the example of its kind."""
    is_json = response.content and "json" in response.headers.get("Content-Type", "")
    answer: Any = json.loads(response.content) if is_json else None
    name = f"{response.status_code} {answer['code']}" if response.status_code >= 400 else str(response.status_code)
    seen = SEEN.setdefault((operation_id, name), Seen())
    is_success = 200 <= response.status_code < 300
    request = json.loads(json.dumps(sent, default=str)) if is_success and isinstance(sent, dict) else None
    if not seen.is_current:
        shown, example = _example(operation_id, name)
        seen.is_current = (answer is None or fits(example, answer)) and (request is None or fits(shown, request))
    if RECORD in os.environ:
        _propose(seen, answer, request)


def _propose(seen: Seen, answer: Any, request: Any) -> None:
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
    is_plain = test.startswith("tests/refusals/")
    is_poor = request == {} or (isinstance(answer, dict) and answer.get("results") == [])
    members = len(answer) if isinstance(answer, dict) and "code" in answer else 0  # some codes add members
    rank = f"{is_poor:d}{99 - members}{not is_plain:d}{test}"
    if rank < seen.rank:
        stand_ins = StandIns()
        seen.rank, seen.request, seen.body = rank, stand_ins.of(request), stand_ins.of(answer)


@functools.cache
def _example(operation_id: str, name: str) -> tuple[Any, Any]:
    """The recorded request and answer."""
    request, own = examples.of_request(operation_id), examples.of_response(operation_id, name)
    _, _, code = name.partition(" ")
    shared = examples.recorded().get(examples.PROBLEMS, {}).get(Code(code)) if code else None
    return request or {}, own or shared or {}

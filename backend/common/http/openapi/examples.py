"""Examples of bodies, recorded from passing tests: `docs/openapi/examples/<operationId>.json`.

{"request": {...}, "responses": {"201": {...}, "409 slot_taken": {...}}}
"""

import functools
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from backend.common.errors import Code
from backend.common.http.openapi.refusals import example_of
from backend.common.http.problems import status_of

FIXED_WEEK = date(2026, 11, 2)
"""The Monday of the week that examples are told in, whenever they were recorded."""


def of_request(operation_id: str) -> Any:
    """The recorded body of a request; None if there is none."""
    return _recorded().get(operation_id, {}).get("request")


def of_response(operation_id: str, status: str) -> Any:
    """The recorded body of a success; None if there is none."""
    return _recorded().get(operation_id, {}).get("responses", {}).get(status)


def of_problem(code: Code) -> dict[str, Any]:
    """A problem with this code: one that happened, else one made from the catalogue."""
    name = f"{status_of(code)} {code}"
    happened = (one.get("responses", {}).get(name) for one in _recorded().values())
    return {"value": next((body for body in happened if body), None) or example_of(code)}


def folder() -> Path:
    """Where examples are kept."""
    return Path(settings.ROOT) / "docs" / "openapi" / "examples"


@functools.cache
def _recorded() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder().glob("*.json"))}

"""Examples of bodies, recorded from passing tests by `make examples`.

`docs/openapi/examples/<operationId>.json` is {"request": {...}, "responses": {"201": {...}, "409 slot_taken": {...}}};
problems that look the same whatever was called are told once, by code, in `problems.json` beside it.
"""

import functools
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from backend.common.errors import Code
from backend.common.http.openapi.refusals import example_of

PROBLEMS = "problems"
FIXED_WEEK = date(2026, 11, 2)
"""The Monday of the week that examples are told in, whenever they were recorded."""


def of_request(operation_id: str) -> Any:
    """The recorded body of a request; None if there is none."""
    return recorded().get(operation_id, {}).get("request")


def of_response(operation_id: str, kind: str) -> Any:
    """The recorded body of `201`, or of this operation's own `409 slot_taken`; None if there is none."""
    return recorded().get(operation_id, {}).get("responses", {}).get(kind)


def of_problem(code: Code) -> dict[str, Any]:
    """A problem with this code: one that happened, else one made from the catalogue."""
    return {"value": recorded().get(PROBLEMS, {}).get(code) or example_of(code)}


def folder() -> Path:
    """Where examples are kept."""
    return Path(settings.ROOT) / "docs" / "openapi" / "examples"


@functools.cache
def recorded() -> dict[str, dict[str, Any]]:
    """Every file, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder().glob("*.json"))}

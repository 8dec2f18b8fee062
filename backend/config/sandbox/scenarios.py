"""`X-Sandbox-Scenario: <code>`: the operation that is called answers with that error and does nothing."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from textwrap import shorten
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from backend.common.errors import Code, DomainError, FieldCode, FieldError, Kind, PermissionDenied, ValidationFailed
from backend.common.http.access import Access, admit
from backend.common.http.endpoints import Endpoint
from backend.common.http.openapi import examples
from backend.common.http.openapi.refusals import codes_of
from backend.common.http.operations import Call
from backend.common.http.problems import problem, problem_response, status_of

HEADER = "X-Sandbox-Scenario"
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d(?!\d)")
_WEEK = timedelta(days=7)
_BEFORE_SIGN_IN = {Code.NOT_ACCEPTABLE, Code.INTERNAL_ERROR, Code.UNAVAILABLE}
"""What the API answers with before it asks who calls; so do all codes of 401."""


class Forced(DomainError):
    """An error that was asked for."""

    kind = Kind.INVALID

    def __init__(self, code: Code, example: dict[str, Any]) -> None:
        self.code = code
        usual = problem(ValidationFailed()).keys()
        super().__init__(
            example["detail"],
            errors=tuple(
                FieldError(one["pointer"], FieldCode(one["code"]), one["detail"]) for one in example["errors"]
            ),
            members={name: _ahead(value) for name, value in example.items() if name not in usual},
            retry_after_seconds=1 if code is Code.IDEMPOTENCY_IN_PROGRESS else None,
        )


class ScenarioMiddleware:
    """Reads the header where settings.SANDBOX says so; elsewhere it is not even installed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.SANDBOX:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on: what is asked for is known once the request is routed."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, path: object
    ) -> HttpResponse | None:
        """The error that was asked for, before the operation sees the request."""
        wanted = request.headers.get(HEADER)
        operations: type[Any] | None = getattr(view, "cls", None)
        endpoint = getattr(operations, "endpoints", {}).get(request.method)
        if wanted is None or operations is None or endpoint is None:
            return None
        try:
            caller = Request(request, authenticators=operations().get_authenticators())
            return problem_response(play(endpoint, Call(caller, endpoint.operation_id), wanted))
        except Exception as error:  # whatever goes wrong becomes a problem, as in any operation
            return problem_response(error)


def play(endpoint: Endpoint, call: Call, wanted: str) -> DomainError:
    """The error of that code, with the members the code defines, as it was once recorded.

    Who is not signed in gets no further than without the header: 401 and 403 come first where they would.
    Raises ValidationFailed for a code that the operation cannot answer with.
    """
    known = [code for codes in codes_of(endpoint).values() for code in codes]
    if wanted not in known:
        told = shorten(f"This operation answers with: {', '.join(known)}.", 500)
        raise ValidationFailed(errors=(FieldError(f"#{HEADER}", FieldCode.NOT_A_CHOICE, told),))
    code = Code(wanted)
    if not endpoint.is_public and status_of(code) != 401 and code not in _BEFORE_SIGN_IN:
        actor = call.actor
        if code != PermissionDenied.code and not isinstance(endpoint.permission, Access):
            admit(actor, endpoint.permission)
    own = examples.of_response(endpoint.operation_id, f"{status_of(code)} {code}")
    return Forced(code, own or examples.of_problem(code)["value"])


def _ahead(value: Any) -> Any:
    """The same with its dates moved to where they would be had it been recorded this week: ahead of us."""
    if isinstance(value, dict):
        return {name: _ahead(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_ahead(one) for one in value]
    return _DATE.sub(_this_week, value) if isinstance(value, str) else value


def _this_week(match: re.Match[str]) -> str:
    weeks = (datetime.now(UTC).date() - examples.FIXED_WEEK) // _WEEK
    return str(date.fromisoformat(match[0]) + weeks * _WEEK)

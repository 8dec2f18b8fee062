"""`X-Sandbox-Scenario: <code>`: the operation that is called answers with that error and does nothing.

`slot_not_bookable.<rule>` chooses the rule that refuses.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from textwrap import shorten
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from rest_framework.request import Request

from backend.appointments.enums import RuleCode
from backend.appointments.rules.registry import BY_CODE, RULES
from backend.appointments.rules.texts import remedy_of, text_of
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
_FOR_GOOD = {
    RuleCode.NOT_OFFERED,
    RuleCode.PRACTITIONER_INACTIVE,
    RuleCode.CREDENTIAL_MISSING,
    RuleCode.ASSESSMENT_NEEDED,
    RuleCode.ONLINE_BOOKING_OFF,
    RuleCode.DESK_MUST_BOOK,
    RuleCode.TOO_FAR,
}
_LATER = f"{examples.FIXED_WEEK + _WEEK}T09:00:00-07:00"


class Forced(DomainError):
    """An error that was asked for."""

    kind = Kind.INVALID

    def __init__(self, code: Code, example: dict[str, Any], rule: RuleCode | None = None) -> None:
        self.code = code
        if rule:
            example = {**example, "rules": [_refusing(rule)]}
        usual = problem(ValidationFailed()).keys()
        super().__init__(
            example["detail"],
            errors=tuple(
                FieldError(one["pointer"], FieldCode(one["code"]), one["detail"]) for one in example["errors"]
            ),
            members={name: _told(_ahead(value)) for name, value in example.items() if name not in usual},
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
    wanted, rule = _parts(wanted)
    if wanted not in known:
        told = shorten(f"This operation answers with: {', '.join(known)}.", 500)
        raise ValidationFailed(errors=(FieldError(f"#{HEADER}", FieldCode.NOT_A_CHOICE, told),))
    code = Code(wanted)
    if not endpoint.is_public and status_of(code) != 401 and code not in _BEFORE_SIGN_IN:
        actor = call.actor
        if code != PermissionDenied.code and not isinstance(endpoint.permission, Access):
            admit(actor, endpoint.permission)
    own = examples.of_response(endpoint.operation_id, f"{status_of(code)} {code}")
    return Forced(code, own or examples.of_problem(code)["value"], rule)


def _parts(wanted: str) -> tuple[str, RuleCode | None]:
    """The code, and the rule behind the point if it is one that can refuse a start. Else all of it is a code."""
    code, _, rule = wanted.partition(".")
    is_known = code == Code.SLOT_NOT_BOOKABLE and rule in BY_CODE
    return (code, RuleCode(rule)) if is_known else (wanted, None)


def _refusing(rule: RuleCode) -> dict[str, Any]:
    has_next = any(rule == one.code for one in RULES) and rule not in _FOR_GOOD
    told = {"detail": text_of(rule), "remedy": remedy_of(rule), "next_start_at": _LATER if has_next else None}
    return {"code": rule.value, "class": BY_CODE[rule].kind.value, **told}


def _told(value: Any) -> Any:
    """The same with its texts for people in the language asked for."""
    if isinstance(value, list):
        return [_told(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: gettext(one) if name in ("detail", "remedy") and one else _told(one) for name, one in value.items()}


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

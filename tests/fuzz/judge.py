"""What must hold of every answer: the fuzzer's own checks, and two of ours."""

import re
from typing import Any

from django.http import HttpResponse
from schemathesis import Case, Response
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests import contract

# Refusals of what the description allows, since no schema can say better: code -> where, by pointer.
BEYOND_SCHEMAS = {
    "not_found": "[/?].*",  # an id of nothing, or of nothing that suits
    "required": "/.*|[?]service",  # needed only with, or without, another; a file with something in it
    # No number, link, zone or picture; an address to sign in with; somebody who does not work there; a visit of others;
    # an end before the beginning.
    "invalid": "/(phone|token|current_password|code|timezone|file|email|assignee_id|appointment_ids|until_at)",
    "taken": "/(answers|questions)/[0-9]+/(code|topic)",  # twice the same
    # other than the hold, than the visit to be moved, than what is asked now; of another outcome of a review
    "mismatch": "/[a-z_]+_(id|at|version)|/consents|/planned_sessions|/reason|[?](service|hold)",
    "too_common": "/(new_)?password",
    "too_similar": "/(new_)?password",
    "numeric_only": "/(new_)?password",
    "too_large": "[/?](at|[a-z_]+_date)",  # to come, or years from now
    "too_small": "[/?].*",  # before its beginning
}
_FINE = {*range(200, 400), 401, 403, 404, 409, 412, 422, 428, 429}


def findings(case: Case[Any], response: Response, headers: dict[str, str]) -> list[Failure]:
    """What is wrong with an answer; empty if nothing is."""
    try:
        case.validate_response(
            response,
            headers=headers,
            additional_checks=[as_described, takes_what_is_valid],
            excluded_checks=[positive_data_acceptance],  # ours knows the reasons
        )
    except FailureGroup as group:
        return list(group.exceptions)
    except Failure as failure:
        return [failure]
    return []


def as_described(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Status, headers, media type, error code, and no member more than is described."""
    method, path = str(response.request.method), str(response.request.path_url).partition("?")[0]
    contract.check(method, path, as_django(response))


def takes_what_is_valid(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What the description allows is refused only for what no schema can say."""
    if not case.meta or not case.meta.generation.mode.is_positive or _has_other_method(case):
        return
    if response.status_code in _FINE:
        return
    problem = response.json() if response.status_code == 400 else {}
    if problem.get("code") in ("cursor_invalid", "range_too_long"):
        return
    told = [(one["pointer"], one["code"]) for one in problem.get("errors", [])]
    excused = [one for one in told if re.fullmatch(BEYOND_SCHEMAS.get(one[1], "-"), re.sub(r"/\d+$", "", one[0]))]
    assert told == excused != [], f"refused what is valid: {response.status_code} {told}"


def as_django(response: Response) -> HttpResponse:
    """The same answer as Django's class."""
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    return HttpResponse(response.content, status=response.status_code, headers=headers)


def _has_other_method(case: Case[Any]) -> bool:
    data = case.meta.phase.data if case.meta else None
    return isinstance(data, CoveragePhaseData) and data.scenario is CoverageScenario.UNSPECIFIED_HTTP_METHOD

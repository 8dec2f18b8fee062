"""Which problems an operation can answer with, and an example of each."""

from collections import defaultdict
from typing import Any

from backend.common.errors import Code, FieldCode
from backend.common.http.access import is_for_some
from backend.common.http.catalogue import CATALOGUE
from backend.common.http.endpoints import Endpoint
from backend.common.http.operations import Idempotency, IfMatch
from backend.common.http.problems import DOCS, status_of
from backend.common.http.serializers import PageQuery

EXAMPLE_REQUEST_ID = "req_019a3c5e7b1c7d3e9f2a4b6c8d0e1f23"
_REFUSED_TOKENS = (Code.TOKEN_INVALID, Code.TOKEN_EXPIRED, Code.SESSION_REVOKED)


def codes_of(endpoint: Endpoint) -> dict[int, list[Code]]:
    """Every code the operation may answer with, by status, in the catalogue's order."""
    found = {error.code for error in endpoint.operation.raises} | set(derived(endpoint))
    if endpoint.operation.rerender:
        found.add(Code.NOT_FOUND)  # a replay, once the caller may no longer see what was made
    by_status: dict[int, list[Code]] = defaultdict(list)
    for code in CATALOGUE:
        if code in found:
            by_status[status_of(code)].append(code)
    return dict(sorted(by_status.items()))


def derived(endpoint: Endpoint) -> list[Code]:
    """The codes that follow from what the operation takes and who may call it, whatever it does."""
    operation = endpoint.operation
    codes = [Code.UNKNOWN_FIELD, Code.NOT_ACCEPTABLE, Code.RATE_LIMITED, Code.INTERNAL_ERROR]
    if operation.needs_database:
        codes.append(Code.UNAVAILABLE)
    is_keyed = endpoint.idempotency is not Idempotency.NONE
    # A GET takes If-None-Match at least.
    if endpoint.method == "GET" or operation.accepts or operation.upload or operation.query or is_keyed:
        codes.append(Code.VALIDATION_FAILED)
    if not endpoint.is_public:
        codes += [Code.NOT_AUTHENTICATED, *_REFUSED_TOKENS]
    if is_for_some(endpoint.permission):
        codes.append(Code.PERMISSION_DENIED)
    if operation.asks_for_proof:
        codes.append(Code.STEP_UP_REQUIRED)
    if operation.asks_who_calls:
        codes += _REFUSED_TOKENS
    if endpoint.has_path_ids:
        codes.append(Code.NOT_FOUND)
    if endpoint.method != "GET":
        codes += [Code.BODY_TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE]
        codes += [] if operation.upload else [Code.MALFORMED_JSON]
    if operation.query and issubclass(operation.query, PageQuery):
        codes.append(Code.CURSOR_INVALID)
    if endpoint.if_match is not IfMatch.NONE:
        codes.append(Code.ETAG_MISMATCH)
    if endpoint.if_match is IfMatch.REQUIRED:
        codes.append(Code.IF_MATCH_REQUIRED)
    if is_keyed:
        codes += [Code.IDEMPOTENCY_IN_PROGRESS, Code.IDEMPOTENCY_KEY_REUSED]
    if endpoint.idempotency is Idempotency.REQUIRED:
        codes.append(Code.IDEMPOTENCY_KEY_REQUIRED)
    return codes


def example_of(code: Code) -> dict[str, Any]:
    """A problem with this code, for codes of which no recorded example exists."""
    unknown = {"pointer": "/colour", "code": FieldCode.UNKNOWN.value, "detail": "There is no such field."}
    missing = {"pointer": "/starts_at", "code": FieldCode.REQUIRED.value, "detail": "This field is required."}
    return {
        "type": f"{DOCS}#{code}",
        "title": CATALOGUE[code].title,
        "status": status_of(code),
        "code": code.value,
        "detail": CATALOGUE[code].cause,
        "request_id": EXAMPLE_REQUEST_ID,
        "errors": {Code.UNKNOWN_FIELD: [unknown], Code.VALIDATION_FAILED: [missing]}.get(code, []),
    }

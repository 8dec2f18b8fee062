"""Headers of requests and answers in the description."""

from typing import Any

from backend.common.errors import Code
from backend.common.http.endpoints import Endpoint
from backend.common.http.etags import KNOWN_TAGS, MAX_KNOWN_TAGS
from backend.common.http.operations import Idempotency, IfMatch

_TAG = {"type": "string", "maxLength": 100, "pattern": '^(W/)?"[!#-~]*"$'}
_TAGS = {"type": "string", "maxLength": MAX_KNOWN_TAGS, "pattern": KNOWN_TAGS}
_VERSION = {"type": "string", "maxLength": 100, "pattern": '^([*]|(W/)?"[0-9]{1,9}-[0-9a-f]{16}")$'}
_KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}

COMPONENTS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "Name of this request in our logs; quote it to support.",
        "schema": {"type": "string", "pattern": "^req_[0-9a-f]{32}$", "maxLength": 36},
    },
    "ETag": {
        "description": "Version tag of the body. Send it in If-None-Match to read, in If-Match to change.",
        "schema": _TAG,
    },
    "Location": {
        "description": "Path of the object that was made.",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 500},
    },
    "Retry-After": {
        "description": "After how many seconds to send the same request again.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86400},
    },
    "RateLimit-Policy": {
        "description": "The budgets this call was counted against: `q` uses in a window of `w` seconds each.",
        "schema": {"type": "string", "pattern": "^[ -~]+$", "maxLength": 1000},
    },
    "RateLimit": {
        "description": "What is left of these budgets: `r` uses until the window ends in `t` seconds.",
        "schema": {"type": "string", "pattern": "^[ -~]+$", "maxLength": 1000},
    },
    "Idempotent-Replayed": {
        "description": "`true` when this is the answer that the first request with this key got.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "WWW-Authenticate": {
        "description": "How to sign in: with a bearer token (RFC 6750).",
        "schema": {"type": "string", "enum": ["Bearer"]},
    },
    "Access-Control-Allow-Origin": {
        "description": "Sent to browsers: the origin of the page, if pages from there may call.",
        "schema": {"type": "string", "format": "uri", "maxLength": 255},
    },
}

ALWAYS = ("X-Request-Id", "RateLimit-Policy", "RateLimit")


def refs(*names: str) -> dict[str, Any]:
    """These headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("Access-Control-Allow-Origin", *names)}


def of_success(endpoint: Endpoint, *, is_versioned: bool) -> dict[str, Any]:
    """The headers that a success may carry."""
    names = list(ALWAYS)
    names += ["ETag"] if is_versioned or endpoint.method == "GET" else []
    names += ["Location"] if endpoint.status == 201 else []
    names += ["Idempotent-Replayed"] if endpoint.idempotency is not Idempotency.NONE else []
    return refs(*names)


def of_problem(status: int, codes: list[Code]) -> dict[str, Any]:
    """The headers that a problem may carry."""
    is_passing = status in (429, 503) or Code.IDEMPOTENCY_IN_PROGRESS in codes
    names = list(ALWAYS)
    names += ["Retry-After"] if is_passing else []
    names += ["WWW-Authenticate"] if status == 401 else []
    return refs(*names)


def parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    """The request headers that mean something to the operation."""
    found = []
    if endpoint.method == "GET":
        about = "The ETag of the body you have: if it is still right, the answer is 304 without a body."
        found.append(_header("If-None-Match", about, _TAGS, required=False))
    if endpoint.if_match is not IfMatch.NONE:
        about = "The etag you read. If the object has changed since, nothing happens and the answer is 412."
        found.append(_header("If-Match", about, _VERSION, required=endpoint.if_match is IfMatch.REQUIRED))
    if endpoint.idempotency is not Idempotency.NONE:
        about = (
            "A random text of your own, new for each intent and the same for each retry: it stands for one operation "
            "and one body. Within 24 hours a retry gets the first answer instead of a second effect."
        )
        is_required = endpoint.idempotency is Idempotency.REQUIRED
        found.append(_header("Idempotency-Key", about, _KEY, required=is_required))
    return found


def _header(name: str, description: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "required": required, "schema": dict(schema)}

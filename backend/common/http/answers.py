"""From a reply to the response: body, entity tag, 304, and who may keep a copy."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse

from backend.common.http import etags
from backend.common.http.endpoints import Endpoint
from backend.common.http.operations import Call, Reply
from backend.common.http.rendering import to_json


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished success, as it is sent and as a receipt keeps it."""

    status: int
    body: bytes = b""
    etag: str | None = None
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    resource_id: str | None = None


def make_answer(endpoint: Endpoint, reply: Reply) -> Answer:
    """Serialise a reply."""
    etag, resource_id = reply.etag, str(reply.resource_id) if reply.resource_id else None
    if endpoint.reply_shape is None:
        body = reply.data.encode() if isinstance(reply.data, str) else reply.data or b""
    elif isinstance(reply.data, bytes):
        body = reply.data
    else:
        plain = reply.data if reply.is_plain else endpoint.reply_shape.to_representation(reply.data)
        body, etag = to_json(plain), etag or plain.get("etag")
        resource_id = resource_id or (str(plain["id"]) if "id" in plain else None)
    if etag is None and endpoint.method == "GET":
        etag = etags.of_body(body)
    status = reply.status or endpoint.status
    return Answer(status, body, etag, reply.location, reply.headers, resource_id)


def respond(endpoint: Endpoint, call: Call, answer: Answer) -> HttpResponse:
    """The response, or 304 when the caller already has it."""
    if answer.etag and endpoint.method == "GET" and is_known(call, answer.etag):
        return not_modified(endpoint, call, answer.etag)
    response = HttpResponse(answer.body, status=answer.status, content_type=endpoint.operation.produces)
    if not answer.body:
        del response["Content-Type"]
    if answer.location:
        response["Location"] = answer.location
    for name, value in answer.headers.items():
        response[name] = value
    return _describe(response, endpoint, call, answer.etag)


def is_known(call: Call, etag: str) -> bool:
    """True when If-None-Match names the tag."""
    header = call.request.META.get("HTTP_IF_NONE_MATCH")
    return header is not None and etags.is_fresh(header, etag)


def not_modified(endpoint: Endpoint, call: Call, etag: str) -> HttpResponse:
    """304 with the headers that a 200 would have had (RFC 9110 §15.4.5)."""
    response = HttpResponse(status=304)
    del response["Content-Type"]
    return _describe(response, endpoint, call, etag)


def _describe(response: HttpResponse, endpoint: Endpoint, call: Call, etag: str | None) -> HttpResponse:
    if etag:
        response["ETag"] = etag
    # Personal answers must not stay in any cache, a shared phone's neither; apps keep etag and body themselves.
    is_shared = endpoint.is_public and endpoint.method == "GET" and not call.is_personal
    seconds = endpoint.operation.max_age_seconds
    public = f"public, max-age={seconds}" if seconds else "public, no-cache"
    response["Cache-Control"] = public if is_shared else "no-store"
    return response

"""One view per route. It takes a request through the same steps whatever the operation."""

import hashlib
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.common.access import Actor
from backend.common.http import etags, idempotency, limits, parsing
from backend.common.http.access import Access, admit
from backend.common.http.answers import Answer, is_known, make_answer, not_modified, respond
from backend.common.http.endpoints import Endpoint
from backend.common.http.errors import IfMatchRequired, MethodNotAllowed, StepUpRequired
from backend.common.http.keys import KeyNotTaken
from backend.common.http.operations import Call, IfMatch, Reply
from backend.common.http.problems import MEDIA_TYPE as PROBLEM
from backend.common.http.problems import problem_response
from backend.common.http.uploads import Upload, read_file
from backend.common.http.validation import refusal


class OperationView(APIView):
    """Serves the operations of one path, by method. Made by `route()`."""

    endpoints: ClassVar[dict[str, Endpoint]] = {}

    def dispatch(self, http: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:  # type: ignore[override]
        """Nothing escapes: what goes wrong anywhere becomes a problem."""
        method = "GET" if http.method == "HEAD" else http.method or ""
        try:
            if method == "OPTIONS":
                response = HttpResponse(status=204, headers={"Allow": self._allow()})
                del response["Content-Type"]
            elif method in self.endpoints:
                request = Request(http, authenticators=self.get_authenticators())
                response = answer(self.endpoints[method], request, path)
            else:
                raise MethodNotAllowed(self._allow())
        except Exception as error:
            response = problem_response(error)
        return _without_body(response) if http.method == "HEAD" else response

    def _allow(self) -> str:
        safe = ["GET", "HEAD"] if "GET" in self.endpoints else []
        return ", ".join([*safe, *sorted(self.endpoints.keys() - {"GET"}), "OPTIONS"])


def answer(endpoint: Endpoint, request: Request, path: dict[str, Any]) -> HttpResponse:
    """Who, then what: rights before shape, so strangers learn nothing. Raises what went wrong."""
    operation = endpoint.operation()
    # Clients that ask for what is described ask for problems alone where success has no body.
    bodies = (operation.produces,) if endpoint.status != HTTPStatus.NO_CONTENT else (operation.produces, PROBLEM)
    parsing.refuse_unacceptable(request.META.get("HTTP_ACCEPT"), *bodies)
    call = Call(request, endpoint.operation_id)
    if endpoint.is_public:
        limits.count_request(call.address)
    else:
        _let_in(endpoint, call.actor)
    sent = request.META.get("QUERY_STRING", "")
    if operation.query or sent:
        read = parsing.read_query_once if endpoint.is_public else parsing.read_query
        call.query = dict(read(endpoint.query_shape, sent))  # a copy: what is remembered stays as it was read
    if endpoint.method == "GET":
        etags.refuse_malformed(request.META.get("HTTP_IF_NONE_MATCH"))
        limits.charge(operation.charges(call))
        tag = operation.current_etag(call, **path)
        if tag is not None and is_known(call, tag):
            return not_modified(endpoint, call, tag)
        return respond(endpoint, call, make_answer(endpoint, operation.handle(call, **path)))
    return respond(endpoint, call, _change(endpoint, call, operation, path))


def _let_in(endpoint: Endpoint, actor: Actor) -> None:
    limits.count_request(str(actor.user_id), of_key=actor.is_integration)
    if actor.is_integration and not endpoint.takes_keys:
        raise KeyNotTaken
    if not isinstance(endpoint.permission, Access):
        admit(actor, endpoint.permission)
    if endpoint.operation.asks_for_proof and not actor.has_fresh_proof:
        raise StepUpRequired


def _change(endpoint: Endpoint, call: Call, operation: Any, path: dict[str, Any]) -> Answer:
    call.expected_version = _read_if_match(endpoint, call)
    if operation.upload:
        call.file, sent = _read_file(call, operation.upload)
    else:
        sent = parsing.read_json(call.request._request)
    key = idempotency.read_key(endpoint, call, sent, path)
    try:
        call.body = endpoint.body_shape.run_validation({} if operation.upload else sent)
    except ValidationError as error:
        raise refusal(error) from error
    limits.charge(operation.charges(call))

    def handle() -> Reply:
        reply: Reply = operation.handle(call, **path)
        return reply

    return idempotency.run_once(endpoint, call, key, handle) if key else make_answer(endpoint, handle())


def _read_file(call: Call, upload: Upload) -> tuple[bytes, dict[str, Any]]:
    """The file, and what stands for it in the fingerprint of a keyed request."""
    file = read_file(call.request._request, upload)
    return file, {"file": hashlib.sha256(file).hexdigest()}


def _read_if_match(endpoint: Endpoint, call: Call) -> int | None:
    if endpoint.if_match is IfMatch.NONE:
        return None
    header = call.request.META.get("HTTP_IF_MATCH")
    if header is not None:
        return etags.expected_version(header)
    if endpoint.if_match is IfMatch.REQUIRED:
        raise IfMatchRequired
    return None


def _without_body(response: HttpResponse) -> HttpResponse:
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response

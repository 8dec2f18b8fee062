"""Problems (RFC 9457): every failure as `application/problem+json`. The only module that knows error statuses."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import utils
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from rest_framework import exceptions

from backend.common import db, request_id
from backend.common.errors import Code, DomainError, Kind, NotFound, PermissionDenied, RateLimited, ValidationFailed
from backend.common.http import errors
from backend.common.http.catalogue import CATALOGUE
from backend.common.http.rendering import to_json
from backend.common.http.validation import MAX_ERRORS, refusal

MEDIA_TYPE = "application/problem+json"
DOCS = "/docs/errors"

_OF_KIND = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION: 412,
    Kind.UNPROCESSABLE: 422,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
}
_OF_TRANSPORT = {
    Code.METHOD_NOT_ALLOWED: 405,
    Code.NOT_ACCEPTABLE: 406,
    Code.BODY_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.IF_MATCH_REQUIRED: 428,
    Code.INTERNAL_ERROR: 500,
}

_USUAL_WAIT_SECONDS = 1

logger = logging.getLogger(__name__)


def status_of(code: Code) -> int:
    """The HTTP status that goes with a code, always the same one."""
    return _OF_TRANSPORT.get(code) or _OF_KIND[CATALOGUE[code].kind]


def problem_response(error: BaseException) -> HttpResponse:
    """The answer for anything that was raised."""
    refused = as_domain_error(error)
    status = status_of(refused.code)
    response = HttpResponse(to_json(problem(refused)), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined] # by us, if it was unexpected; else Django would
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(refused, errors.MethodNotAllowed):
        response["Allow"] = refused.allow
    wait = refused.retry_after_seconds or (_USUAL_WAIT_SECONDS if status in (429, 503) else None)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def problem(error: DomainError) -> dict[str, Any]:
    """The body: the members of RFC 9457, ours, and those that the code defines."""
    return {
        "type": f"{DOCS}#{error.code}",
        "title": gettext(CATALOGUE[error.code].title),
        "status": status_of(error.code),
        "code": error.code.value,
        "detail": gettext(error.detail) if error.detail else "",
        "request_id": request_id.current(),
        "errors": [
            {"pointer": one.pointer, "code": one.code.value, "detail": gettext(one.detail) if one.detail else ""}
            for one in error.errors[:MAX_ERRORS]
        ],
        **error.members,
    }


def as_domain_error(error: BaseException) -> DomainError:
    """What was raised, as a domain error. Unknown faults are logged with their traceback and become InternalError."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return refusal(error)
    for family, make in _TRANSLATIONS:
        if isinstance(error, family):
            return make()
    known = db.as_domain_error(error) if isinstance(error, utils.Error | psycopg.Error) else None
    if known is None:
        logger.error("unexpected failure", exc_info=error)
    return known or errors.InternalError()


_TRANSLATIONS: list[tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[], DomainError]]] = [
    ((Http404, exceptions.NotFound), NotFound),
    ((DjangoPermissionDenied, exceptions.PermissionDenied), PermissionDenied),
    (exceptions.NotAuthenticated, errors.NotAuthenticated),
    (exceptions.AuthenticationFailed, errors.TokenInvalid),
    ((SuspiciousOperation, BadRequest), ValidationFailed),
    (exceptions.ParseError, errors.MalformedJson),
    (exceptions.UnsupportedMediaType, errors.UnsupportedMediaType),
    (exceptions.NotAcceptable, errors.NotAcceptable),
    (exceptions.MethodNotAllowed, lambda: errors.MethodNotAllowed("GET, HEAD, OPTIONS")),
    (exceptions.Throttled, RateLimited),
]


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """For REST framework views of libraries (EXCEPTION_HANDLER)."""
    return problem_response(error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: what Django refused before any view."""
    return problem_response(ValidationFailed())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return problem_response(PermissionDenied())


def not_found(request: HttpRequest, exception: Exception | None = None, **path: str) -> HttpResponse:
    """handler404, and the last route, so that DEBUG changes nothing."""
    return problem_response(NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: Django has logged the failure already, unless it is one that passes."""
    failure = sys.exc_info()[1]
    known = db.as_domain_error(failure) if isinstance(failure, utils.Error) else None
    return problem_response(known or errors.InternalError())

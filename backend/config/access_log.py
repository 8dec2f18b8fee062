"""One line a request: who can read it learns what was called and how it went, nothing of what was said."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

_log = structlog.get_logger("evergreen.access")
_UNLOGGED = ("/livez", "/readyz")  # a line every few seconds that says nothing


class AccessLogMiddleware:
    """Logs method, route, status and milliseconds.

    The route and not the path, since links can carry a secret; no query string, since it can carry a name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, then log."""
        began = time.perf_counter()
        response = self.get_response(request)
        if request.path not in _UNLOGGED:
            match = request.resolver_match
            _log.info(
                "request",
                method=request.method,
                route=match.route if match else "",
                status=response.status_code,
                duration_ms=round((time.perf_counter() - began) * 1000, 1),
            )
        return response

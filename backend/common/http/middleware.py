"""Gives every request its id, and puts it on every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from backend.common import request_id
from backend.common.ids import uuid7

HEADER = "X-Request-Id"


class RequestIdMiddleware:
    """Outermost, so that every line logged and every answer has the id. One that is sent is not trusted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = f"req_{uuid7().hex}"
        request_id.begin(name)
        response = self.get_response(request)
        response[HEADER] = name
        return response

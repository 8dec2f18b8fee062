"""What every request gets before anything else looks at it: an id, and a language."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

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


class LanguageMiddleware:
    """Accept-Language decides, nothing else: no cookie, no path. Django's own looks at those for every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _choose(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200])
        translation.activate(language)
        response = self.get_response(request)
        response["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        return response


@functools.lru_cache(maxsize=1000)
def _choose(accepted: str) -> str:
    for name, _ in parse_accept_lang_header(accepted.lower()):
        if name == "*":
            break
        try:
            return translation.get_supported_language_variant(name)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE

"""Where the description is read: as JSON, as YAML, and as pages that need nothing from elsewhere."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from backend.common.http import etags
from backend.common.http.openapi.document import as_yaml, describe_api
from backend.common.http.problems import DOCS
from backend.common.http.rendering import to_json

DOCS_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Swagger UI styles elements one by one
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""What the pages of `/docs` may load and call: this host, whatever the description says."""


def spec_json(request: HttpRequest) -> HttpResponse:
    """`/v1/openapi.json`."""
    return _answer(request, _text(to_json, settings.ROOT_URLCONF), "application/json")


def spec_yaml(request: HttpRequest) -> HttpResponse:
    """`/v1/openapi.yaml`."""
    return _answer(request, _text(as_yaml, settings.ROOT_URLCONF), "application/yaml")


@functools.cache
def _text(write: Callable[..., bytes], urlconf: str) -> bytes:
    return write(describe_api())


def _answer(request: HttpRequest, text: bytes, media_type: str) -> HttpResponse:
    etag = etags.of_body(text)
    is_known = etags.is_fresh(request.META.get("HTTP_IF_NONE_MATCH", ""), etag)
    response = HttpResponse(status=304) if is_known else HttpResponse(text, content_type=media_type)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300"
    return response


def docs(request: HttpRequest) -> HttpResponse:
    """`/docs`. Nothing is fetched from, or sent to, another host: the browser is told to refuse it."""
    response = render(request, "common/docs.html", {"spec_url": reverse("openapi-json"), "errors_url": DOCS})
    response["Content-Security-Policy"] = DOCS_POLICY
    return response


spec_urls = [
    path("openapi.json", spec_json, name="openapi-json"),
    path("openapi.yaml", spec_yaml, name="openapi-yaml"),
]

"""Where the description is read: as JSON, as YAML, and as pages that need nothing from elsewhere."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView

from backend.common.http import etags
from backend.common.http.openapi.document import as_yaml, describe_api
from backend.common.http.rendering import to_json


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


spec_urls = [
    path("openapi.json", spec_json, name="openapi-json"),
    path("openapi.yaml", spec_yaml, name="openapi-yaml"),
]
docs = SpectacularSwaggerSplitView.as_view(url="/v1/openapi.json")

"""The finished description, made once for each set of routes."""

import functools
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer


def describe_api() -> dict[str, Any]:
    """The description of the API as it is routed now, in English."""
    return _describe(settings.ROOT_URLCONF)


def as_yaml(document: dict[str, Any]) -> bytes:
    """The same text for the same description, always."""
    text: bytes = OpenApiYamlRenderer().render(document, renderer_context={})
    return text


@functools.cache
def _describe(urlconf: str) -> dict[str, Any]:
    with translation.override("en"):
        document: dict[str, Any] = SchemaGenerator(urlconf=urlconf).get_schema(request=None, public=True)
    return document

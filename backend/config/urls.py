"""Every route: the API and its documentation are mounted here, health probes answer before routing."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern

from backend.common.http import problems, reference
from backend.common.http.openapi import views as openapi
from backend.common.http.routes import BySegment
from backend.config.jwks import jwks

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include([*openapi.spec_urls, BySegment(RoutePattern(""), "backend.config.api_v1")])),
    path(".well-known/jwks.json", jwks),
    path("docs", openapi.docs, name="docs"),
    path("docs/errors", reference.error_page),
    # A route and not handler404 alone: with DEBUG Django would answer in HTML.
    re_path("", problems.not_found),
]


handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error

"""Everything below `/v1/`: the routes of every app's `api`, mounted in one list."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, re_path

from backend.common.http import reference
from backend.common.http.problems import not_found

_APPS = ["accounts", "clinics", "practitioners", "patients", "appointments"]


def _routes() -> list[URLPattern]:
    found: list[URLPattern] = []
    for app in _APPS:
        package = f"backend.{app}.api"
        if find_spec(package) and find_spec(f"{package}.urls"):
            found += import_module(f"{package}.urls").urlpatterns
    if settings.SANDBOX:
        found += import_module("backend.config.sandbox.api").urlpatterns
    return found


urlpatterns = [*reference.urlpatterns, *_routes(), re_path("", not_found)]

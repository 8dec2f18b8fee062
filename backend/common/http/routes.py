"""From an app's list of operations to Django's routes."""

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path, register_converter
from django.urls.converters import UUIDConverter

from backend.common.http.endpoints import Endpoint
from backend.common.http.operations import Operation
from backend.common.http.views import OperationView


class IdConverter(UUIDConverter):
    """A UUID in either letter case: Swift writes it in capitals, Django's own converter takes small letters only."""

    regex = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


register_converter(IdConverter, "id")


def route(pattern: str, **operations: type[Operation]) -> URLPattern:
    """`route("clinics/<uuid:clinic_id>", get=GetClinic)`: a path below `/v1/`, and its operation for each method.

    Raises ImproperlyConfigured when an operation contradicts itself.
    """
    unknown = operations.keys() - {"get", "post", "put", "patch", "delete"}
    if unknown:
        raise ImproperlyConfigured(f"{pattern}: no such method: {', '.join(sorted(unknown))}")
    endpoints = {name.upper(): Endpoint(operation, name.upper(), pattern) for name, operation in operations.items()}
    # REST framework and the description of the API look for a method of each name; dispatch() needs none.
    stubs = dict.fromkeys(operations, OperationView.dispatch)
    name = "".join(part.capitalize() for part in pattern.replace("<", "/").replace("-", "/").split("/")) or "Root"
    view: type[OperationView] = type(f"{name}View", (OperationView,), {"endpoints": endpoints, **stubs})
    return path(pattern.replace("<uuid:", "<id:"), view.as_view())

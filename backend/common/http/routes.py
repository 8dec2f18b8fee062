"""From an app's list of operations to Django's routes."""

from collections import defaultdict
from functools import cached_property

from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, path, register_converter
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


class BySegment(URLResolver):
    """Routes without a common prefix, of which a path is compared with those alone that begin as it does.

    Django compares it with one after the other, which for two hundred routes costs as much as a statement.
    """

    def resolve(self, path: str) -> ResolverMatch:
        """The first route that matches. Raises Resolver404."""
        for pattern in self._of_segment.get(path.partition("/")[0], self._others):
            match: ResolverMatch | None = pattern.resolve(path)
            if match is not None:
                return match
        raise Resolver404({"path": path})

    @cached_property
    def _of_segment(self) -> dict[str, list[URLPattern | URLResolver]]:
        found: defaultdict[str, list[URLPattern | URLResolver]] = defaultdict(list)
        for pattern in self.url_patterns:
            found[str(pattern.pattern).partition("/")[0]].append(pattern)
        return {segment: [*own, *self._others] for segment, own in found.items()}

    @cached_property
    def _others(self) -> list[URLPattern | URLResolver]:
        """The one that takes what no other does."""
        return [pattern for pattern in self.url_patterns if not str(pattern.pattern)]

"""An operation at its place: what the class leaves open is settled here once, when routes are read."""

import functools
import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language
from rest_framework import serializers

from backend.common.http.access import PUBLIC
from backend.common.http.keys import is_for_keys
from backend.common.http.operations import Idempotency, IfMatch, Operation
from backend.common.http.rendering import MEDIA_TYPE
from backend.common.http.serializers import StrictSerializer, lax_fields

_PARAMETER = re.compile(r"<[^>]*>")


class Endpoint:
    """One operation bound to method and path. Its serializers are made once and shared by all requests."""

    def __init__(self, operation: type[Operation], method: str, path: str) -> None:
        """Raises ImproperlyConfigured when the declaration contradicts itself."""
        self.operation, self.method, self.path = operation, method, path
        self.operation_id = operation.operation_id()
        self.permission = operation.permission
        self.is_public = operation.permission is PUBLIC
        self.has_path_ids = bool(_PARAMETER.search(path))
        has_body = operation.returns or operation.produces != MEDIA_TYPE
        self.status = operation.status or (200 if has_body else 204)
        self.idempotency = operation.idempotency or self._usual_idempotency()
        self.if_match = operation.if_match or self._usual_if_match()
        self._refuse_contradictions()

    @property
    def takes_keys(self) -> bool:
        """Whether an API key may call it."""
        return not self.operation.people_only and is_for_keys(self.permission, self.path)

    def _usual_idempotency(self) -> Idempotency:
        is_open = self.is_public or self.path.startswith("auth/")
        return Idempotency.OPTIONAL if self.method in ("POST", "PATCH") and not is_open else Idempotency.NONE

    def _usual_if_match(self) -> IfMatch:
        return IfMatch.REQUIRED if self.method in ("PATCH", "DELETE") else IfMatch.NONE

    def _refuse_contradictions(self) -> None:
        operation, faults = self.operation, []
        for shape in (operation.accepts, operation.query):
            faults += [f"field {name} is not strict" for name in lax_fields(shape)] if shape else []
        if (operation.accepts or operation.upload) and self.method == "GET":
            faults.append("GET has no body")
        if operation.accepts and operation.upload:
            faults.append("a body is JSON or a file")
        if operation.accepts and self.method == "PATCH":
            required = [name for name, field in self._declared(operation.accepts) if field.required]
            faults += [f"field {name} of a PATCH is required" for name in required]
        if self.idempotency is not Idempotency.NONE and self.method not in ("POST", "PATCH"):
            faults.append("Idempotency-Key is for POST and PATCH")
        if operation.asks_for_proof and (self.is_public or self.takes_keys):
            faults.append("a proof is asked of people who are signed in")
        if operation.rerender and operation.reload is Operation.reload:
            faults.append("rerender needs reload()")
        if faults:
            raise ImproperlyConfigured(f"{operation.__name__}: {'; '.join(faults)}")

    @staticmethod
    def _declared(shape: type[StrictSerializer]) -> list[tuple[str, Any]]:
        return list(shape._declared_fields.items())

    @property
    def body_shape(self) -> StrictSerializer:
        """For PATCH it is partial: an absent field is kept (RFC 7396)."""
        return _shape(self.operation.accepts, self.method == "PATCH", get_language())

    @property
    def query_shape(self) -> StrictSerializer:
        """Without declared parameters it refuses every one."""
        return _shape(self.operation.query, False, get_language())

    @functools.cached_property
    def reply_shape(self) -> serializers.Serializer[Any] | None:
        """None for an answer without a body, or one that is no JSON."""
        return self.operation.returns() if self.operation.returns else None


@functools.cache
def _shape(shape: type[StrictSerializer] | None, is_partial: bool, language: str | None) -> StrictSerializer:
    # For each language one: the framework's messages keep the language of their first use.
    return (shape or StrictSerializer)(partial=is_partial)

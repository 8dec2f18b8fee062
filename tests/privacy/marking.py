"""Good calls about patients with every free text marked; what is free text follows from the description."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import resolve

from backend.common.http.access import Access
from backend.common.http.endpoints import Endpoint
from backend.common.http.openapi.document import describe_api
from backend.common.permissions import Permission
from tests.policy.calls import CALLS, Operation, operations
from tests.policy.world import ABSENT

MARK = "Zebrafish-31"
# Rights over the chain itself: what is written with these is for everyone to read.
SET_UP = {"clinic", "service", "member", "practitioner", "credential", "schedule", "task", "api_key"}
# Who somebody is and how to reach them; secrets; keys of other systems. All other free text is taken for health data.
PLAIN = {
    "given_name",
    "family_name",
    "preferred_name",
    "email",
    "phone",
    "signed_by_name",
    "relationship",
    "external_ref",
    "with_etag",
    "proof",  # the paper that the desk was shown
}
# Where health is told in codes, numbers, yes and no, which no mark can stand in for.
_SAYS_NOTHING = re.compile("_(id|at|date|version)$|^point$")
_ANSWERS = re.compile("screening|session-record|check-in|assessment|clearance")


def about_patients() -> Iterator[Operation]:
    """Every operation on patients, their visits and their care that takes a body."""
    for name in CALLS:
        operation = operations()[name]
        endpoint = _endpoint(operation)
        if endpoint.operation.accepts and _is_of_patients(endpoint.permission):
            yield operation


def _is_of_patients(permission: Permission | Access) -> bool:
    if isinstance(permission, Access) or permission is Permission.SCREENING_MANAGE:
        return False
    return permission.partition(":")[0] not in SET_UP


def told_in_codes(operation: Operation, body: Any) -> set[str]:
    """The names of the facts about somebody's health in this body."""
    return _names(body) if _ANSWERS.search(operation.path) else set()


def facts_of(operation: Operation) -> set[str]:
    """The names of all facts about somebody's health that its body may hold."""
    return told_in_codes(operation, dict.fromkeys(_resolved(_schema(operation)).get("properties", ())))


def _schema(operation: Operation) -> Any:
    return operation.description["requestBody"]["content"]["application/json"]["schema"]


def _names(body: Any) -> set[str]:
    if isinstance(body, list):
        return set().union(*map(_names, body))
    if not isinstance(body, dict):
        return set()
    own = {name for name in body if not _SAYS_NOTHING.search(name)}
    return own.union(*map(_names, body.values()))


def _endpoint(operation: Operation) -> Endpoint:
    path = re.sub(r"\{[^}]*\}", str(ABSENT), operation.path)
    found: Endpoint = resolve(path).func.view_class.endpoints[operation.method]  # type: ignore[attr-defined]
    return found


def marked(operation: Operation, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The body with the mark in every free text that it has or may have, and how many there are."""
    found = _mark(_schema(operation), body)
    return found, str(found).count(MARK)


def _mark(schema: Any, value: Any) -> Any:
    schema = _variant(_resolved(schema), value)
    if isinstance(value, list):
        items = _resolved(schema.get("items", {}))
        return [MARK if isinstance(one, str) and _is_free(items) else _mark(items, one) for one in value]
    if not isinstance(value, dict):
        return value
    known = schema.get("properties", {})
    free = {name: MARK for name, told in known.items() if name not in PLAIN and _is_free(_resolved(told))}
    return {name: _mark(known.get(name, {}), one) for name, one in value.items()} | free


def _is_free(schema: Any) -> bool:
    is_text = "string" in (schema.get("type"), *(schema.get("type") if isinstance(schema.get("type"), list) else ()))
    is_bound = schema.keys() & {"enum", "format", "const"} or not re.search(schema.get("pattern", ""), MARK)
    return bool(is_text and not is_bound and schema.get("maxLength", 0) >= len(MARK))


def _variant(schema: Any, value: Any) -> Any:
    """The form that the body has, where there are several."""
    forms = [_resolved(one) for one in schema.get("oneOf", [])]
    return next((one for one in forms if {*one.get("required", [])} <= {*value}), forms[0]) if forms else schema


def _resolved(schema: Any) -> Any:
    while "$ref" in schema or "allOf" in schema:
        part = schema.get("$ref") or schema["allOf"][0]["$ref"]
        schema = describe_api()["components"]["schemas"][part.rsplit("/", maxsplit=1)[1]]
    return schema

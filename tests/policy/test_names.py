"""No operation takes a name that it does not document, least of all that of a column."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.urls import resolve
from rest_framework import serializers

from backend.common.errors import FieldCode
from backend.common.http import problems, validation
from backend.common.http.serializers import StrictSerializer
from tests.policy.calls import CALLS, operations
from tests.policy.filling import with_object
from tests.policy.shapes import ITEM, Path, at, flat, members, objects, parameters
from tests.policy.table import Policy
from tests.policy.traces import undone, writes
from tests.policy.world import ABSENT, World
from tests.refusals.cases import Case, case_of

COLUMNS = {
    name for model in apps.get_models() for field in model._meta.concrete_fields for name in (field.name, field.attname)
}
# No column is called so, at least not yet; somebody will try.
RIGHTS = {"is_staff", "is_superuser", "is_admin", "roles", "permissions", "groups", "tenant_id", "is_verified"}
MONEY = {"price", "amount", "discount", "fee", "paid_at"}
INNARDS = {"pk", "uuid", "etag", "owner", "created_by", "deleted_at", "_method", "__proto__", "constructor"}
ORDERS = {"order", "order_by", "ordering", "sort", "fields", "include", "expand", "filter", "offset", "page"}
NAMES = COLUMNS | RIGHTS | MONEY | INNARDS | ORDERS


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every unknown name is told, not fifty of them, which is more than the description allows."""
    for module in (problems, validation):
        monkeypatch.setattr(module, "MAX_ERRORS", len(NAMES) + 1)
    monkeypatch.setattr("tests.api_client.contract.check", lambda *_: None)


@pytest.mark.parametrize("name", CALLS)
def test_no_column_is_taken_that_is_not_documented(fixed_world: World, policy: Policy, name: str) -> None:
    operation = operations()[name]
    with undone():
        CALLS[name].prepare(fixed_world)
        case = case_of(fixed_world, policy, operation)
        faults = [*_of_query(case), *_of_choices(case), *_of_body(case)]
    assert not faults, "\n".join(faults)


def test_a_lax_body_is_found(fixed_world: World, policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StrictSerializer, "to_internal_value", serializers.Serializer.to_internal_value)
    case = case_of(fixed_world, policy, operations()["updateMe"])
    assert any(fault.startswith("200") for fault in _of_body(case))
    assert any(fault.startswith("200") for fault in _of_query(case))


def _of_query(case: Case) -> Iterator[str]:
    unknown = NAMES - {place.name for place in parameters(case.operation)}
    query: dict[str, Any] = {**case.sent.query, **dict.fromkeys(unknown, "1")}
    yield from _refusal(case, {f"?{name}" for name in unknown}, query=query)


def _of_choices(case: Case) -> Iterator[str]:
    """A parameter with choices (`expand`, `status`, `view`) takes no other."""
    for place in parameters(case.operation):
        if "enum" in place.schema or "enum" in flat(place.schema.get("items", {})):
            answer = case.call(query={**case.sent.query, place.name: "password"})
            if (answer.status_code, answer.json()["code"]) != (400, "validation_failed"):
                yield f"{place}: {answer.status_code}"


def _of_body(case: Case) -> Iterator[str]:
    if case.operation.method == "GET" or case.sent.file is not None:
        return
    for path, known in objects(case.operation).items():
        unknown = NAMES - known
        body = deepcopy(with_object(case.world, "owner", case.sent, path, members(case.operation)).body or {})
        at(body, path).update(dict.fromkeys(unknown, True))
        before = "".join(f"/{step}" for step in path)
        yield from _refusal(case, {f"{before}/{name}" for name in unknown}, body=body)


def _refusal(case: Case, pointers: set[str], **sent: Any) -> Iterator[str]:
    """What is wrong with the answer that has to name all of these as unknown."""
    with undone():
        written = writes()
        answer = case.call(**sent)
        told = answer.json() if answer.status_code == 400 else {}
        if told.get("code") != "unknown_field":
            yield f"{answer.status_code} {answer.content.decode()[:200]}"
        taken = pointers - {error["pointer"] for error in told.get("errors", ()) if error["code"] == FieldCode.UNKNOWN}
        if taken:
            yield f"takes {sorted(taken)[:20]}"
        if writes() != written:
            yield "writes"


@pytest.mark.parametrize("name", CALLS)
def test_the_server_knows_the_names_that_are_documented_and_no_other(name: str) -> None:
    operation = operations()[name]
    served = resolve(re.sub(r"{\w+}", str(ABSENT), operation.path))
    endpoint = served.func.view_class.endpoints[operation.method]  # type: ignore[attr-defined]
    if not endpoint.operation.upload:
        assert _known(endpoint.body_shape) == objects(operation)
    assert endpoint.query_shape.fields.keys() == {place.name for place in parameters(operation)}


def _known(shape: Any, path: Path = ()) -> dict[Path, frozenset[str]]:
    found: dict[Path, frozenset[str]] = {path: frozenset(shape.fields)}
    for name, field in shape.fields.items():
        inner, where = (field.child, (*path, name, ITEM)) if hasattr(field, "child") else (field, (*path, name))
        if isinstance(inner, serializers.Serializer):
            found |= _known(inner, where)
    return found

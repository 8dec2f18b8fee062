"""How to break any call, one way for each code that an operation is refused with whatever it does.

A code that `common.http.openapi.refusals` derives needs its way here; what an operation names in `raises` does not.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models.functions import Now
from rest_framework import serializers

from backend.accounts.models import Session
from backend.accounts.tokens import read_access
from backend.common.errors import Code
from backend.common.http import fields, idempotency
from backend.common.http.parsing import MAX_BODY_BYTES
from tests.api_client import multipart
from tests.policy.world import ABSENT
from tests.refusals.cases import Case

Break = Callable[[Case], Any]
KEY = "the-same-key"
OLD = '"999999-0123456789abcdef"'


def _with_token(token: str | None) -> Break:
    return lambda case: case.call(headers={"Authorization": token and f"Bearer {token}"})


def _with_token_of(actor: str) -> Break:
    return lambda case: _with_token(case.world.clients[actor].token)(case)


def _wrong_value(case: Case) -> Any:
    operation = case.endpoint.operation
    if operation.upload:
        return case.call(body=multipart(b""))
    if operation.accepts:
        name, field = next(iter(case.endpoint.body_shape.fields.items()))
        is_list = isinstance(field, serializers.ListField | serializers.ListSerializer)
        return case.call(body={**(case.sent.body or {}), name: {} if is_list else []})
    if operation.query:
        return case.call(query={**case.sent.query, **_odd_parameter(case)})
    if case.operation.method == "GET":
        return case.call(headers={"If-None-Match": "odd"})
    return case.call(key="two words")


def _odd_parameter(case: Case) -> dict[str, str]:
    known = case.endpoint.query_shape.fields
    if "limit" in known:
        return {"limit": "1000"}
    for name, field in known.items():
        child = getattr(field, "child", field)
        if type(child) is not fields.CharField:
            return {name: "odd"}
        if child.max_length:
            return {name: "x" * (child.max_length + 1)}
    raise AssertionError(f"{case.operation.id} takes anything for its parameters")


def _unknown_name(case: Case) -> Any:
    if case.endpoint.operation.accepts:
        return case.call(body={**(case.sent.body or {}), "colour": "blue"})
    return case.call(query={**case.sent.query, "colour": "blue"})


def _too_large(case: Case) -> Any:
    upload = case.endpoint.operation.upload
    return case.call(body=multipart(b" " * upload.max_bytes * 2) if upload else b" " * (MAX_BODY_BYTES + 1))


def _other_type(case: Case) -> Any:
    return case.call(body=b"{}", headers={"Content-Type": "text/plain"})


def _long_ago(case: Case) -> Any:
    assert case.client.token
    session = Session.objects.filter(pk=read_access(case.client.token).session_id)
    session.update(proved_at=Now() - 2 * settings.PROOF_LIFETIME)
    return case.call()


def _absent(case: Case) -> Any:
    return case.call(path=case.operation.path.format(**dict.fromkeys(case.sent.path, ABSENT)))


def _reused_key(case: Case) -> Any:
    first = case.client.patch("/v1/me", {"given_name": "First"}, key=KEY, if_match="*")
    assert first.status_code == 200, first.content
    return case.call(key=KEY)


def _running_key(case: Case) -> Any:
    assert case.client.token
    caller_id = read_access(case.client.token).user_id
    first = connection.copy()
    try:
        with first.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [idempotency.Key(caller_id, KEY, b"").lock])
        with mock.patch.object(idempotency, "WAIT_MS", 10):
            return case.call(key=KEY)
    finally:
        first.close()


def _spent(case: Case) -> Any:
    none_left = {name: budget._replace(uses=0) for name, budget in settings.BUDGETS.items()}
    with mock.patch.object(settings, "BUDGETS", none_left):
        return case.call()


def _fault(case: Case) -> Any:
    with mock.patch.object(case.endpoint.operation, "handle", side_effect=RuntimeError("a fault of ours")):
        return case.failing().call()


def _without_database(case: Case) -> Any:
    with _database_down():
        return case.call()


@contextmanager
def _database_down() -> Iterator[None]:
    def refuse(*_: Any) -> Any:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        yield


BREAKS: Mapping[Code, Break] = {
    Code.VALIDATION_FAILED: _wrong_value,
    Code.UNKNOWN_FIELD: _unknown_name,
    Code.MALFORMED_JSON: lambda case: case.call(body=b"{"),
    Code.CURSOR_INVALID: lambda case: case.call(query={**case.sent.query, "cursor": "odd"}),
    Code.IDEMPOTENCY_KEY_REQUIRED: lambda case: case.call(key=None),
    Code.NOT_AUTHENTICATED: _with_token(None),
    Code.TOKEN_INVALID: _with_token("odd"),
    Code.TOKEN_EXPIRED: _with_token_of("expired"),
    Code.SESSION_REVOKED: _with_token_of("revoked"),
    Code.STEP_UP_REQUIRED: _long_ago,
    Code.NOT_FOUND: _absent,
    Code.NOT_ACCEPTABLE: lambda case: case.call(headers={"Accept": "text/html"}),
    Code.IDEMPOTENCY_IN_PROGRESS: _running_key,
    Code.ETAG_MISMATCH: lambda case: case.call(if_match=OLD),
    Code.BODY_TOO_LARGE: _too_large,
    Code.UNSUPPORTED_MEDIA_TYPE: _other_type,
    Code.IDEMPOTENCY_KEY_REUSED: _reused_key,
    Code.IF_MATCH_REQUIRED: lambda case: case.call(if_match=None),
    Code.RATE_LIMITED: _spent,
    Code.INTERNAL_ERROR: _fault,
    Code.UNAVAILABLE: _without_database,
}

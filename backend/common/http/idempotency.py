"""One key, at most one effect, one success answer (R16). The receipt shares the transaction of the effect.

A twin waits for the first up to two seconds at an advisory lock, which falls with the transaction: after a rollback
or a crash it simply runs. Reading the receipt is a statement of its own, since its snapshot must be younger than
the lock.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.utils.translation import gettext_noop

from backend.common import db
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.http.answers import Answer, make_answer
from backend.common.http.endpoints import Endpoint
from backend.common.http.errors import IdempotencyInProgress, IdempotencyKeyRequired, IdempotencyKeyReused
from backend.common.http.operations import Call, Idempotency, Reply

KEPT_HOURS = 24
WAIT_MS = 2_000
REPLAYED = "Idempotent-Replayed"

_VISIBLE = re.compile(r"[!-~]{1,255}", re.ASCII)
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key and the fingerprint of the request it stands for."""

    caller_id: uuid.UUID
    text: str
    fingerprint: bytes

    @property
    def lock(self) -> int:
        """The number of its advisory lock: 64 bits, signed."""
        digest = hashlib.blake2b(f"idempotency {self.caller_id} {self.text}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, signed=True)


def read_key(endpoint: Endpoint, call: Call, sent: Mapping[str, Any], path: Mapping[str, Any]) -> Key | None:
    """The key of this request, if it has one and the operation takes one; `sent` is the body as it came.

    Raises IdempotencyKeyRequired, ValidationFailed.
    """
    if endpoint.idempotency is Idempotency.NONE:
        return None
    text = call.request.META.get("HTTP_IDEMPOTENCY_KEY")
    if text is None:
        if endpoint.idempotency is Idempotency.REQUIRED:
            raise IdempotencyKeyRequired
        return None
    if not _VISIBLE.fullmatch(text):
        detail = gettext_noop("Idempotency-Key must be 1 to 255 visible ASCII characters.")
        raise ValidationFailed(detail, errors=(FieldError("#Idempotency-Key", FieldCode.INVALID, detail),))
    told = [endpoint.operation_id, {name: str(value) for name, value in path.items()}, sent]
    query = call.request.META.get("QUERY_STRING", "")
    canonical = orjson.dumps([*told, query], option=orjson.OPT_SORT_KEYS)
    return Key(call.actor.user_id, text, hashlib.sha256(canonical).digest())


def run_once(endpoint: Endpoint, call: Call, key: Key, handle: Callable[[], Reply]) -> Answer:
    """Run the operation, or give the answer it gave before. Raises IdempotencyKeyReused, IdempotencyInProgress."""
    with transaction.atomic():
        receipt = _lock_and_find(key)
        if receipt is not None:
            return _replay(endpoint, call, key, receipt)
        answer = make_answer(endpoint, handle())
        if 200 <= answer.status < 300:
            _keep(endpoint, key, answer)
        return answer


@dataclass(frozen=True, slots=True)
class _Receipt:
    operation_id: str
    fingerprint: bytes
    status: int
    resource_id: uuid.UUID | None
    location: str
    etag: str
    body: bytes | None


_LOCK = """
    SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)
"""
# One row always: the wait must end being bounded whether there is a receipt or not.
_FIND = """
    SELECT set_config('lock_timeout', %s, true),
           operation_id, fingerprint, status, resource_id, location, etag, body
    FROM (SELECT) AS always
    LEFT JOIN common_idempotencyreceipt
        ON caller_id = %s AND key = %s AND created_at > now() - make_interval(hours => %s)
"""
# A receipt past its day counts as absent, so its row is taken over.
_KEEP = """
    INSERT INTO common_idempotencyreceipt
        (id, caller_id, key, operation_id, fingerprint, status, resource_id, location, etag, body)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (caller_id, key) DO UPDATE SET
        operation_id = excluded.operation_id, fingerprint = excluded.fingerprint, status = excluded.status,
        resource_id = excluded.resource_id, location = excluded.location, etag = excluded.etag,
        body = excluded.body, created_at = now()
"""


def _lock_and_find(key: Key) -> _Receipt | None:
    with connection.cursor() as cursor:
        try:
            cursor.execute(_LOCK, [f"{WAIT_MS}ms", key.lock])
        except OperationalError as error:
            if db.sqlstate_of(error) == _LOCK_NOT_AVAILABLE:
                raise IdempotencyInProgress(retry_after_seconds=1) from error
            raise
        usual_timeout = cursor.fetchone()[0]
        cursor.execute(_FIND, [usual_timeout, key.caller_id, key.text, KEPT_HOURS])
        found = cursor.fetchone()[1:]
    return _Receipt(*found) if found[0] is not None else None


def _replay(endpoint: Endpoint, call: Call, key: Key, receipt: _Receipt) -> Answer:
    if receipt.operation_id != endpoint.operation_id or bytes(receipt.fingerprint) != key.fingerprint:
        raise IdempotencyKeyReused
    headers = {REPLAYED: "true"}
    if not endpoint.operation.rerender:
        body = bytes(receipt.body or b"")
        return Answer(receipt.status, body, receipt.etag or None, receipt.location or None, headers)
    if receipt.resource_id is None:
        raise TypeError(f"{endpoint.operation_id} left a receipt without the id to render it again")
    data = endpoint.operation().reload(call, receipt.resource_id)
    answer = make_answer(endpoint, Reply(data, status=receipt.status, location=receipt.location or None))
    return replace(answer, headers=headers)


def _keep(endpoint: Endpoint, key: Key, answer: Answer) -> None:
    is_stored = not endpoint.operation.rerender
    if not is_stored and answer.resource_id is None:
        raise TypeError(f"{endpoint.operation_id} answers without an id, so a replay could not render it again")
    about: list[Any] = [
        key.caller_id,
        key.text,
        endpoint.operation_id,
        key.fingerprint,
        answer.status,
        answer.resource_id,
    ]
    kept: list[Any] = [answer.etag or "" if is_stored else "", answer.body if is_stored else None]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*about, answer.location or "", *kept])

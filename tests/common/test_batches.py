"""Inserts that go out together: in one statement, before whatever is asked meanwhile, and not after a failure."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.utils import CursorWrapper

from backend.audit.models import AuditEntry
from backend.common.batches import in_one_statement, insert

pytestmark = pytest.mark.django_db


def entry(**fields: Any) -> AuditEntry:
    return AuditEntry(action="test.done", subject_type="test", subject_id=uuid.uuid4(), **fields)


def insert_twice(key: uuid.UUID) -> None:
    with in_one_statement():
        insert(entry(id=key))
        insert(entry(id=key))


@contextmanager
def sent() -> Iterator[list[str]]:
    """What is sent to the server, by its first word."""
    words: list[str] = []
    send: Any = CursorWrapper._execute  # type: ignore[attr-defined]

    def spy(cursor: CursorWrapper, sql: str, *rest: Any) -> Any:
        words.append(sql.split(maxsplit=1)[0])
        return send(cursor, sql, *rest)

    with patch.object(CursorWrapper, "_execute", spy):
        yield words


def test_inserts_go_out_as_one_statement() -> None:
    with sent() as words, in_one_statement():
        insert(entry())
        AuditEntry.objects.bulk_create([entry(), entry()], ignore_conflicts=True)
    assert words == ["WITH"]
    assert AuditEntry.objects.filter(action="test.done").count() == 3


def test_what_is_asked_meanwhile_sees_them() -> None:
    with in_one_statement():
        insert(entry())
        assert AuditEntry.objects.filter(action="test.done").count() == 1
        insert(entry())
    assert AuditEntry.objects.filter(action="test.done").count() == 2


def test_an_insert_that_is_refused_fails_inside() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_twice(uuid.uuid4())
    assert not AuditEntry.objects.filter(action="test.done").exists()


def test_after_a_failure_nothing_is_sent() -> None:
    with sent() as words, suppress(ZeroDivisionError), in_one_statement():
        insert(entry())
        raise ZeroDivisionError
    assert words == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses() -> None:
    with pytest.raises(RuntimeError), in_one_statement():
        pass

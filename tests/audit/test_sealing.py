"""What was sealed is whole, or the verifier says what is not."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from procrastinate.contrib.django import app

from backend.audit import sealing
from backend.audit.actions import Deed, record, record_all
from backend.audit.models import AuditEntry, Seal, Unsealed
from backend.audit.sealing import seal_log
from backend.audit.verifying import Head, faults, head, tail
from backend.common.batches import in_one_statement

pytestmark = pytest.mark.django_db
# A value of each column's type that no entry of these tests has.
OTHER = {
    "UUIDField": "gen_random_uuid()",
    "DateTimeField": "now() + interval '1 microsecond'",
    "CharField": "'other'",
    "JSONField": "'{\"other\": null}'",
    "ArrayField": "ARRAY[gen_random_uuid()]",
}


def note(count: int = 1) -> list[uuid.UUID]:
    """Entries, each in its own statement."""
    ids = [uuid.uuid4() for _ in range(count)]
    with transaction.atomic():
        for one in ids:
            record(None, "kettle.boiled", subject_type="kettle", subject_id=one, after={"litres": 1.5, "cup": None})
    return list(AuditEntry.objects.filter(subject_id__in=ids).order_by("id").values_list("pk", flat=True))


def do(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """What only the owner of the tables can do, and what the chain is there for."""
    do(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    do(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verify(**options: Any) -> str:
    call_command("verify_audit", stdout=(said := StringIO()), **options)
    return said.getvalue()


def test_what_is_written_waits_and_is_sealed_once() -> None:
    note(3)
    assert (tail().count, Unsealed.objects.count(), Seal.objects.count()) == (3, 3, 0)
    assert seal_log() == 1
    assert (tail().count, Unsealed.objects.count(), len(Seal.objects.get().entry_ids)) == (0, 0, 3)
    assert seal_log() == 0
    assert list(faults()) == []


def test_however_entries_are_written_they_wait() -> None:
    ids = [uuid.uuid4() for _ in range(2)]
    with transaction.atomic():
        record_all([Deed(action="a.b", subject_type="a", subject_id=one) for one in ids], reason="import")
        with in_one_statement():
            for one in ids:
                record(None, "a.c", subject_type="a", subject_id=one)
    assert tail().count == 4


def test_a_rollback_leaves_nothing_to_seal() -> None:
    with transaction.atomic():
        record(None, "a.b", subject_type="a", subject_id=uuid.uuid4())
        transaction.set_rollback(True)
    assert Unsealed.objects.count() == 0


def test_seals_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    note(5)
    assert seal_log() == 3
    note()
    assert seal_log() == 1
    assert list(Seal.objects.order_by("id").values_list("id", flat=True)) == [1, 2, 3, 4]
    assert list(faults()) == []
    assert head() == Head(4, bytes(Seal.objects.get(pk=4).hash).hex())


def test_the_round_seals() -> None:
    note()
    app.tasks["audit.seal"].func(timestamp=0)
    assert tail().count == 0
    every_five_seconds = {
        task.cron for task in app.periodic_registry.periodic_tasks.values() if task.task.name == "audit.seal"
    }
    assert every_five_seconds == {"* * * * * */5"}


@pytest.mark.parametrize("column", [one.column for one in AuditEntry._meta.concrete_fields if one.column != "id"])
def test_a_changed_row_is_named_whatever_was_changed(column: str) -> None:
    _, second = note(2)
    seal_log()
    kind = AuditEntry._meta.get_field(column).get_internal_type()
    with unguarded("audit_auditentry"):
        do(f"UPDATE audit_auditentry SET {column} = {OTHER[kind]} WHERE id = %s", second)
    assert list(faults()) == [f"entry {second} of seal 1 was changed"]
    with pytest.raises(CommandError, match="1 faults"):
        verify()


def test_a_removed_row_is_named() -> None:
    first, _ = note(2)
    seal_log()
    with unguarded("audit_auditentry"):
        do("DELETE FROM audit_auditentry WHERE id = %s", first)
    assert list(faults()) == [f"entry {first} of seal 1 was removed"]


def test_a_row_removed_before_it_was_sealed_is_named() -> None:
    first, second = note(2)
    with unguarded("audit_auditentry"):
        do("DELETE FROM audit_auditentry WHERE id = %s", first)
    seal_log()
    assert list(faults()) == [f"entry {first} was removed before it was sealed"]
    assert Seal.objects.get().entry_ids == [second]


def test_a_row_slipped_in_is_named() -> None:
    note()
    seal_log()
    with unguarded("audit_auditentry"):
        (slipped,) = note()
    assert list(faults()) == [f"entry {slipped} is in no seal and waits for none"]


def test_a_removed_seal_is_missed_with_its_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 1)
    entries = note(3)
    seal_log()
    with unguarded("audit_auditentry"), unguarded("audit_seal"):
        do("DELETE FROM audit_auditentry WHERE id = %s", entries[1])
        do("DELETE FROM audit_seal WHERE id = 2")
    assert list(faults()) == ["seals 2 to 2 are missing", "seal 3 does not follow from the one before"]


def test_a_rewritten_seal_breaks_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with a hash that is right by itself: the next one does not follow."""
    monkeypatch.setattr(sealing, "BATCH", 1)
    first, _ = note(2)
    seal_log()
    with unguarded("audit_auditentry"), unguarded("audit_seal"):
        do("DELETE FROM audit_auditentry WHERE id = %s", first)
        empty = sealing.link(sealing.FIRST_LINK, 1, [], b"")
        do("UPDATE audit_seal SET entry_ids = '{}', digests = '', hash = %s WHERE id = 1", empty)
    assert list(faults()) == ["seal 2 does not follow from the one before"]


def test_a_chain_that_lost_its_end_is_found_by_a_head_noted_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 1)
    _, second = note(2)
    seal_log()
    known = f"{head().number}:{head().hash}"
    assert known in verify(known=known)
    with unguarded("audit_auditentry"), unguarded("audit_seal"):
        do("DELETE FROM audit_auditentry WHERE id = %s", second)
        do("DELETE FROM audit_seal WHERE id = 2")
    assert list(faults()) == [], "by itself it looks whole"
    with pytest.raises(CommandError):
        verify(known=known)
    note()
    seal_log()
    with pytest.raises(CommandError):
        verify(known=known)


def test_the_verifier_tells_of_the_tail() -> None:
    note(2)
    assert "Not sealed yet: 2 entries, the oldest of " in verify()
    seal_log()
    assert "Not sealed yet: 0 entries." in verify()
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        verify(known="odd")


@pytest.mark.django_db(transaction=True)
def test_a_slow_transaction_is_sealed_when_it_ends() -> None:
    """Its entry is older than what others wrote and had sealed meanwhile."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO audit_auditentry (id, action, subject_type, subject_id, before, after, reason, purpose,"
                " request_id) VALUES (%s, 'a.b', 'a', %s, '{}', '{}', '', 'system', '')",
                [slow := uuid.UUID(int=1), uuid.uuid4()],
            )
            (quick,) = note()
            assert seal_log() == 1
            assert Seal.objects.get().entry_ids == [quick]
            cursor.execute("COMMIT")
        assert seal_log() == 1
        assert Seal.objects.get(pk=2).entry_ids == [slow]
        assert list(faults()) == []
    finally:
        other.close()

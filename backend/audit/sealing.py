"""Sealing the audit log: entries that were committed join a chain of hashes, so that a change or a removal shows (R26).

An entry waits in a table of its own from the moment it is written. Sealing takes what it sees there, which is what has
been committed: however late a transaction ends, its entries are sealed then (R25 asks for no more), also after a backup
was restored, which begins the numbers of transactions anew.
"""

import hashlib
import logging
import uuid
from collections.abc import Sequence

from django.db import connection, transaction
from psycopg import sql

from backend.audit.models import Seal

BATCH = 1000
FIRST_LINK = bytes(32)
DIGEST_BYTES = 32
# Every column by name and in a fixed order: one that is added later must not break old seals. Contents by their own
# digest: when they go, what is left still proves the rest (see `blanking`).
CONTENTS = sql.SQL("audit_contents(e.before, e.after, e.reason)")
_DIGEST = sql.SQL("""
    sha256(convert_to(jsonb_build_array(
        e.id, extract(epoch FROM e.at), e.actor_id, e.session_id, e.action, e.subject_type, e.subject_id, e.patient_id,
        e.patient_ids, e.clinic_id, encode({contents}, 'hex'), e.purpose, e.request_id)::text, 'UTF8'))
""")
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('audit seal', 0))"
# What has lost its entry stays behind, for the verifier to find.
_TAKE = sql.SQL("""
    WITH taken AS (
        DELETE FROM audit_unsealed WHERE entry_id IN (
            SELECT u.entry_id FROM audit_unsealed u JOIN audit_auditentry e ON e.id = u.entry_id
             ORDER BY u.entry_id LIMIT {batch})
        RETURNING entry_id)
    SELECT e.id, {digest} FROM audit_auditentry e JOIN taken ON taken.entry_id = e.id ORDER BY e.id
""")
logger = logging.getLogger(__name__)


def digest_with(contents: sql.Composable) -> sql.Composed:
    """The digest of an entry `e`, with that digest of its contents."""
    return _DIGEST.format(contents=contents)


def seal_log() -> int:
    """Seal every entry that waits, in links of at most a thousand; how many links.

    The log line of each names its hash: kept elsewhere, it proves that nobody shortened the chain.
    """
    count = 0
    while _seal_some():
        count += 1
    return count


def link(previous: bytes, number: int, entry_ids: Sequence[uuid.UUID], digests: bytes) -> bytes:
    """The hash of a link that follows another."""
    ids = b"".join(one.bytes for one in entry_ids)
    return hashlib.sha256(previous + number.to_bytes(8, "big") + ids + digests).digest()


def _seal_some() -> bool:
    with transaction.atomic():
        statement = _TAKE.format(batch=sql.Literal(BATCH), digest=digest_with(CONTENTS))
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
            last = Seal.objects.order_by("-id").first()
            cursor.execute(statement.as_string(cursor.connection))
            found = cursor.fetchall()
        if not found:
            return False
        entry_ids, digests = [row[0] for row in found], b"".join(bytes(row[1]) for row in found)
        number = last.pk + 1 if last else 1
        made = link(bytes(last.hash) if last else FIRST_LINK, number, entry_ids, digests)
        Seal.objects.create(pk=number, entry_ids=entry_ids, digests=digests, hash=made)
    logger.info("audit log sealed", extra={"seal": number, "hash": made.hex(), "entries": len(entry_ids)})
    return True

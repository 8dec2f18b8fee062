"""Holding the audit log against its seals."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg import sql

from backend.audit.blanking import blanked
from backend.audit.models import Seal
from backend.audit.sealing import CONTENTS, DIGEST_BYTES, FIRST_LINK, digest_with, link

_SEALS_AT_ONCE = 100
_DIGESTS = sql.SQL("SELECT e.id, {digest} FROM audit_auditentry e WHERE e.id = ANY(%s)")
# Entries that lost their contents to a destruction, and nothing else: with the digest of what they said, they are as
# they were sealed.
_OF_BLANKED = sql.SQL("""
    SELECT e.id, {digest} FROM unnest(%s::uuid[], %s::bytea[]) AS known (id, contents)
      JOIN audit_auditentry e ON e.id = known.id AND (e.before, e.after, e.reason) = ('{{}}'::jsonb, '{{}}'::jsonb, '')
""")
_UNQUEUED = """
    SELECT id FROM audit_auditentry WHERE id NOT IN (SELECT entry_id FROM audit_unsealed)
    EXCEPT SELECT unnest(entry_ids) FROM audit_seal ORDER BY 1 LIMIT 100
"""
_LOST = """
    SELECT entry_id FROM audit_unsealed u WHERE NOT EXISTS (SELECT FROM audit_auditentry e WHERE e.id = u.entry_id)
    ORDER BY 1 LIMIT 100
"""
_TAIL = "SELECT count(*), min(e.at) FROM audit_unsealed u JOIN audit_auditentry e ON e.id = u.entry_id"


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of the chain: what to note elsewhere, so that a chain that lost its end is found out."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Tail:
    """What is committed and not sealed yet."""

    count: int
    since: datetime | None


def head() -> Head:
    """The last link; number 0 where nothing is sealed."""
    last = Seal.objects.order_by("-id").first()
    return Head(last.pk, bytes(last.hash).hex()) if last else Head(0, FIRST_LINK.hex())


def tail() -> Tail:
    """How much waits to be sealed, and since when."""
    with connection.cursor() as cursor:
        cursor.execute(_TAIL)
        return Tail(*cursor.fetchone())


def faults(known: Head | None = None) -> Iterator[str]:
    """What was changed, removed or slipped in since it was sealed, as far as found; nothing where the log is whole.

    `known` is a head that was noted earlier.
    """
    expected, previous = 1, FIRST_LINK
    without_contents = blanked()
    for seals in _chunks():
        digests = _digests([one for seal in seals for one in seal.entry_ids], without_contents)
        for seal in seals:
            if seal.pk != expected:
                yield f"seals {expected} to {seal.pk - 1} are missing"
            if bytes(seal.hash) != link(previous, seal.pk, seal.entry_ids, bytes(seal.digests)):
                yield f"seal {seal.pk} does not follow from the one before"
            if known and known.number == seal.pk and known.hash != bytes(seal.hash).hex():
                yield f"seal {seal.pk} is not the one that was noted"
            yield from _of_seal(seal, digests)
            expected, previous = seal.pk + 1, bytes(seal.hash)
    if known and known.number >= expected:
        yield f"seals {expected} to {known.number} are missing"
    yield from (f"entry {one} was removed before it was sealed" for one in _ids(_LOST))
    yield from (f"entry {one} is in no seal and waits for none" for one in _ids(_UNQUEUED))


def _of_seal(seal: Seal, digests: dict[uuid.UUID, list[bytes]]) -> Iterator[str]:
    sealed = bytes(seal.digests)
    for place, entry_id in enumerate(seal.entry_ids):
        found = digests.get(entry_id)
        if found is None:
            yield f"entry {entry_id} of seal {seal.pk} was removed"
        elif sealed[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES] not in found:
            yield f"entry {entry_id} of seal {seal.pk} was changed"


def _chunks() -> Iterator[list[Seal]]:
    rows, after = Seal.objects.order_by("id"), 0
    while chunk := list(rows.filter(pk__gt=after)[:_SEALS_AT_ONCE]):
        yield chunk
        after = chunk[-1].pk


def _digests(
    entry_ids: Sequence[uuid.UUID], without_contents: Mapping[uuid.UUID, Collection[bytes]]
) -> dict[uuid.UUID, list[bytes]]:
    """As each entry is, and as it was if only its contents are gone."""
    some = [(one, digest) for one in entry_ids for digest in without_contents.get(one, ())]
    with connection.cursor() as cursor:
        whole = _DIGESTS.format(digest=digest_with(CONTENTS)).as_string(cursor.connection)
        cursor.execute(whole, [list(entry_ids)])
        found = {entry_id: [bytes(digest)] for entry_id, digest in cursor.fetchall()}
        if some:
            rest = _OF_BLANKED.format(digest=digest_with(sql.SQL("known.contents"))).as_string(cursor.connection)
            cursor.execute(rest, [[one for one, _ in some], [digest for _, digest in some]])
            for entry_id, digest in cursor.fetchall():
                found[entry_id].append(bytes(digest))
    return found


def _ids(statement: str) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [entry_id for (entry_id,) in cursor.fetchall()]

"""Taking the contents out of entries whose time is over, so that the chain still proves the rest.

A digest of an entry is made of its columns and of a digest of its contents (what was before and after, and why). That
digest is kept in an entry of its own when the contents go; with it the verifier gets the very digest that was sealed,
or else the entry was changed.
"""

import uuid
from collections.abc import Mapping
from itertools import islice

from django.db import connection

from backend.audit.actions import record

BLANKED = "audit.blanked"
_AT_ONCE = 500
# What has another shape was written by somebody else and says nothing.
_NOTED = """
    SELECT noted.key, noted.value #>> '{}' FROM audit_auditentry e
      JOIN privacy_destruction d ON d.id = e.subject_id AND d.record_class = 'audit' AND d.done_at IS NOT NULL
     CROSS JOIN LATERAL jsonb_each(
         CASE WHEN jsonb_typeof(e.after -> 'contents') = 'object' THEN e.after -> 'contents' ELSE '{}' END) AS noted
     WHERE e.action = %s AND noted.value #>> '{}' ~ '^[0-9a-f]{64}$'
       AND noted.key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
"""


def note_blanked(contents: Mapping[uuid.UUID, bytes], *, destruction_id: uuid.UUID) -> int:
    """Write down the digests of the contents that a destruction took out, in its transaction; how many."""
    rest = iter(contents.items())
    while kept := {str(entry_id): digest.hex() for entry_id, digest in islice(rest, _AT_ONCE)}:
        record(None, BLANKED, subject_type="destruction", subject_id=destruction_id, after={"contents": kept})
    return len(contents)


def blanked() -> dict[uuid.UUID, set[bytes]]:
    """The digests that are noted for the contents of entries, by destructions of the log that were really done.

    Anybody who can add to the log could note another: the seal says which is right.
    """
    found: dict[uuid.UUID, set[bytes]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, [BLANKED])
        for entry_id, digest in cursor.fetchall():
            found.setdefault(uuid.UUID(entry_id), set()).add(bytes.fromhex(digest))
    return found

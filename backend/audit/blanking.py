"""Taking the contents out of entries whose time is over, so that the chain still proves the rest.

A digest of an entry is made of its columns and of a digest of its contents (what was before and after, and why). That
digest is kept in an entry of its own when the contents go; with it the verifier gets the very digest that was sealed,
or else the entry was changed.
"""

import uuid
from collections.abc import Mapping
from itertools import islice

from backend.audit.actions import record
from backend.audit.models import AuditEntry

BLANKED = "audit.blanked"
_AT_ONCE = 500


def note_blanked(contents: Mapping[uuid.UUID, bytes]) -> int:
    """Write down the digests of the contents that were taken out, in the transaction that did; how many."""
    rest = iter(contents.items())
    while kept := {str(entry_id): digest.hex() for entry_id, digest in islice(rest, _AT_ONCE)}:
        record(None, BLANKED, subject_type="audit_entry", subject_id=uuid.uuid4(), after={"contents": kept})
    return len(contents)


def blanked() -> dict[uuid.UUID, bytes]:
    """The digest of the contents of every entry that has lost them."""
    found: dict[uuid.UUID, bytes] = {}
    for after in AuditEntry.objects.filter(action=BLANKED).order_by("id").values_list("after", flat=True):
        found |= {uuid.UUID(one): bytes.fromhex(digest) for one, digest in after["contents"].items()}
    return found

"""Saying that two patients were not one person after all."""

import uuid

from django.db import transaction

from backend.common import clock
from backend.common.access import Actor
from backend.privacy.actions._merges import lock_merge, tell, write
from backend.privacy.enums import MergeStatus
from backend.privacy.queries.merges import get_merge_for


def propose_merge_reversal(
    actor: Actor, *, merge_id: uuid.UUID, reason: str, expected_version: int | None = None
) -> None:
    """Ask that a merge be taken back. Nothing changes until a second person approves it.

    Raises NotFound, EtagMismatch, MergeNotThere.
    """
    get_merge_for(actor, merge_id)
    with transaction.atomic():
        merge = lock_merge(merge_id, expected_version=expected_version, states=[MergeStatus.MERGED])
        asked = {
            "reversal_reason": reason,
            "reversal_proposed_at": clock.now(),
            "reversal_proposed_by_id": actor.user_id,
        }
        write(merge, MergeStatus.REVERSAL_PROPOSED, **asked)
        tell(actor, merge, "reversal_proposed")

"""Saying no to a merge that is proposed, or to its reversal."""

import uuid

from django.db import transaction

from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission
from backend.privacy.actions._merges import lock_merge, tell, write
from backend.privacy.enums import MergeStatus
from backend.privacy.models import PatientMerge
from backend.privacy.queries.merges import get_merge_for

_WAITING = (MergeStatus.PROPOSED, MergeStatus.REVERSAL_PROPOSED)


def decline_merge(actor: Actor, *, merge_id: uuid.UUID, expected_version: int | None = None) -> None:
    """Leave all as it is: by who may approve it, or by who proposed it and thinks better of it.

    Raises NotFound, PermissionDenied, EtagMismatch, MergeNotThere.
    """
    get_merge_for(actor, merge_id)
    may = PatientMerge.objects.visible_to(actor, Permission.MERGE_APPROVE).filter(pk=merge_id).exists()
    with transaction.atomic():
        merge = lock_merge(merge_id, expected_version=expected_version, states=_WAITING)
        is_reversal = merge.status == MergeStatus.REVERSAL_PROPOSED
        proposer = merge.reversal_proposed_by_id if is_reversal else merge.proposed_by_id
        if not may and actor.user_id != proposer:
            raise PermissionDenied
        if is_reversal:
            nobody = {"reversal_reason": "", "reversal_proposed_at": None, "reversal_proposed_by_id": None}
            write(merge, MergeStatus.MERGED, **nobody)
        else:
            write(merge, MergeStatus.DECLINED, declined_at=clock.now(), declined_by_id=actor.user_id)
        tell(actor, merge, "reversal_declined" if is_reversal else "declined")

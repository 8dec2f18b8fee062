"""Saying that two patients are one person."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.patients.queries.visible import get_patient_for, require_not_merged
from backend.privacy.actions._merges import require_mergeable, tell
from backend.privacy.models import PatientMerge

_THE_SAME = gettext_noop("This is the same record. Name the other one.")


def propose_merge(actor: Actor, *, survivor_id: uuid.UUID, duplicate_id: uuid.UUID, reason: str) -> PatientMerge:
    """Ask that the duplicate be taken in by the survivor. Nothing changes until a second person approves it.

    Raises NotFound, ValidationFailed, PatientMerged, PatientHasAccount, MergeConflict, MergeIsOpen.
    """
    if survivor_id == duplicate_id:
        raise ValidationFailed(errors=(FieldError("/duplicate_id", FieldCode.MISMATCH, _THE_SAME),))
    survivor, duplicate = (get_patient_for(actor, one, Permission.MERGE_PROPOSE) for one in (survivor_id, duplicate_id))
    for patient in (survivor, duplicate):
        require_not_merged(patient)
    merge = PatientMerge(
        survivor=survivor, duplicate=duplicate, reason=reason, proposed_at=clock.now(), proposed_by_id=actor.user_id
    )
    require_mergeable(merge)
    with transaction.atomic():
        merge.save(force_insert=True)
        tell(actor, merge, "proposed", after={"survivor_id": survivor_id, "duplicate_id": duplicate_id})
    return merge

"""Merges as a caller may see them."""

import uuid

from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission
from backend.privacy.enums import MergeStatus
from backend.privacy.models import PatientMerge
from backend.privacy.querysets import PatientMergeQuerySet

_PEOPLE = ("survivor", "duplicate", "proposed_by", "declined_by", "merged_by", "reversal_proposed_by", "reversed_by")


def find_merges(
    actor: Actor, *, status: MergeStatus | None = None, patient_id: uuid.UUID | None = None
) -> PatientMergeQuerySet:
    """Those the caller may see, each with its people; of one patient, as the survivor or the duplicate."""
    found: PatientMergeQuerySet = PatientMerge.objects.visible_to(actor).select_related(*_PEOPLE)
    if status:
        found = found.filter(status=status)
    return found.about(patient_id) if patient_id else found


def get_merge_for(actor: Actor, merge_id: uuid.UUID) -> PatientMerge:
    """One that the caller may see. Raises NotFound."""
    merge: PatientMerge | None = find_merges(actor).filter(pk=merge_id).first()
    if merge is None:
        raise NotFound
    return merge


def get_merge_to_approve(actor: Actor, merge_id: uuid.UUID) -> PatientMerge:
    """One that the caller may decide about. Raises NotFound, and PermissionDenied for one they only see."""
    merge = get_merge_for(actor, merge_id)
    if not PatientMerge.objects.visible_to(actor, Permission.MERGE_APPROVE).filter(pk=merge_id).exists():
        raise PermissionDenied
    return merge

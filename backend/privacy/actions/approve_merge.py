"""Carrying out, as the second person, what somebody proposed: a merge, or its reversal."""

import uuid
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from backend.appointments.actions.door import Patience, door
from backend.common.access import Actor
from backend.events.actions import publish_all
from backend.patients.event_types import PatientMerged, PatientMergeReversed
from backend.patients.models import Patient
from backend.patients.queries.visible import require_not_merged
from backend.privacy.actions._merges import lock_merge, require_mergeable, tell, write
from backend.privacy.actions._take_back import take_back
from backend.privacy.actions._take_in import take_in
from backend.privacy.enums import MergeStatus
from backend.privacy.errors import SecondPersonNeeded
from backend.privacy.models import PatientMerge
from backend.privacy.queries.merges import get_merge_to_approve

_WAITING = (MergeStatus.PROPOSED, MergeStatus.REVERSAL_PROPOSED)


def approve_merge(actor: Actor, *, merge_id: uuid.UUID, expected_version: int | None = None) -> None:
    """Make the two one, or take that back: all of it in one transaction behind the locks of both, or nothing.

    Raises NotFound, PermissionDenied, SecondPersonNeeded, EtagMismatch, MergeNotThere, PatientMerged,
    PatientHasAccount, MergeConflict, Unavailable.
    """
    seen = get_merge_to_approve(actor, merge_id)
    both = [seen.survivor_id, seen.duplicate_id]

    def attempt() -> None:
        with door(practitioner_ids=[], room_ids=[], patient_ids=both) as now:
            _keep_others_out(both)
            merge = lock_merge(merge_id, expected_version=expected_version, states=_WAITING)
            if merge.status == MergeStatus.PROPOSED:
                _merge(actor, merge, now)
            else:
                _reverse(actor, merge, now)

    Patience().run(attempt)


def _keep_others_out(both: Collection[uuid.UUID]) -> None:
    """Whoever enters something for either at this moment is waited for; nobody else begins, see
    `patient_is_not_merged`."""
    list(Patient.objects.select_for_update().filter(pk__in=both).order_by("pk"))


def _merge(actor: Actor, merge: PatientMerge, now: datetime) -> None:
    if merge.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded
    for patient in (merge.survivor, merge.duplicate):
        require_not_merged(patient)
    require_mergeable(merge)
    write(merge, MergeStatus.MERGED, merged_at=now, merged_by_id=actor.user_id)
    noted = take_in(actor, merge, at=now)
    publish_all([PatientMerged(subject_id=merge.pk, patient_id=merge.survivor_id)])
    counts = Counter(f"{row.deed} {row.table}" for row in noted)
    before = {"merged_into_id": None}
    tell(actor, merge, "approved", before=before, after={"merged_into_id": merge.survivor_id, **counts})


def _reverse(actor: Actor, merge: PatientMerge, now: datetime) -> None:
    if merge.reversal_proposed_by_id == actor.user_id:
        raise SecondPersonNeeded
    require_not_merged(merge.survivor)  # what another one took in since is taken back first
    write(merge, MergeStatus.REVERSED, reversed_at=now, reversed_by_id=actor.user_id)
    counts = take_back(actor, merge, at=now)
    both = (merge.survivor_id, merge.duplicate_id)
    publish_all([PatientMergeReversed(subject_id=merge.pk, patient_id=one) for one in both])
    before = {"merged_into_id": merge.survivor_id}
    tell(actor, merge, "reversal_approved", before=before, after={"merged_into_id": None, **counts})

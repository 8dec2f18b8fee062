"""What all steps of a merge share."""

import uuid
from collections.abc import Collection
from typing import Any

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.batches import in_one_statement
from backend.common.errors import EtagMismatch
from backend.patients.models import PatientClinic
from backend.privacy.enums import MergeStatus
from backend.privacy.errors import MergeConflict, MergeNotThere, PatientHasAccount, PatientHasClosed
from backend.privacy.models import PatientMerge
from backend.privacy.queries.contradictions import contradictions_of


def lock_merge(merge_id: uuid.UUID, *, expected_version: int | None, states: Collection[MergeStatus]) -> PatientMerge:
    """The row as it is by now, kept from others. Raises EtagMismatch, MergeNotThere."""
    rows = PatientMerge.objects.select_for_update(no_key=True, of=("self",)).select_related("survivor", "duplicate")
    merge: PatientMerge = rows.get(pk=merge_id)
    if expected_version not in (None, merge.version):
        raise EtagMismatch
    if merge.status not in states:
        raise MergeNotThere
    return merge


def write(merge: PatientMerge, status: MergeStatus, **values: Any) -> None:
    """Write the values, one version more."""
    values |= {"status": status, "version": merge.version + 1, "updated_at": clock.now()}
    for name, value in values.items():
        setattr(merge, name, value)
    merge.save(update_fields=[*values])


def require_mergeable(merge: PatientMerge) -> None:
    """Raise PatientHasAccount or MergeConflict where the two cannot become one as they are."""
    if merge.duplicate.user_id is not None:
        raise PatientHasAccount
    if merge.survivor.user is not None and not merge.survivor.user.is_active:
        raise PatientHasClosed
    if found := contradictions_of(merge):
        raise MergeConflict(members={"conflicts": found})


def tell(actor: Actor, merge: PatientMerge, verb: str, **facts: Any) -> None:
    """One entry for each clinic that knows either of the two, about both of them. Why is in the merge alone: it may
    speak of health (D11)."""
    both = [merge.survivor_id, merge.duplicate_id]
    known = PatientClinic.objects.filter(patient__in=both).order_by("clinic").values_list("clinic", flat=True)
    clinics: list[uuid.UUID | None] = list(known.distinct()) or [None]
    with in_one_statement():
        for clinic_id in clinics:
            record(
                actor,
                f"merge.{verb}",
                subject_type="patient_merge",
                subject_id=merge.pk,
                patient_ids=both,
                clinic_id=clinic_id,
                **facts,
            )

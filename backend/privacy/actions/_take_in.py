"""Making two records one: what the duplicate has becomes the survivor's, row by row, each noted."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F

from backend.common.access import Actor
from backend.patients.models import Consent, Patient, PatientClinic
from backend.privacy.actions._giving import Gift, give
from backend.privacy.actions._safest import end_the_less_safe
from backend.privacy.enums import MergeDeed
from backend.privacy.models import MergedRow, PatientMerge
from backend.privacy.queries.merge_tables import MOVED

REASON = "two records of one person were merged"


def take_in(actor: Actor, merge: PatientMerge, *, at: datetime) -> list[MergedRow]:
    """Move, add and end rows, and tell which; behind the locks of both, the contradictions settled.

    A consent to a text to which the survivor has one stays with the duplicate.
    """
    noted: list[MergedRow] = []
    for table, ids in end_the_less_safe(merge, by=actor.user_id, at=at):
        noted += _noted(merge, table, ids, MergeDeed.ENDED)
    gift = Gift(giver_id=merge.duplicate_id, taker_id=merge.survivor_id, by=actor.user_id, at=at, reason=REASON)
    staying = _consents_twice(merge)
    for moved in MOVED:
        rows = moved._base_manager.filter(patient_id=merge.duplicate_id).exclude(pk__in=staying)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        give(gift, moved, ids)
        noted += _noted(merge, moved, ids, MergeDeed.MOVED)
    noted += _noted(merge, PatientClinic, _link_survivor(merge), MergeDeed.ADDED)
    MergedRow.objects.bulk_create(noted, batch_size=5000)
    step: dict[str, Any] = {"version": F("version") + 1, "updated_at": at}
    Patient.objects.filter(pk=merge.survivor_id).update(**step)
    Patient.objects.filter(pk=merge.duplicate_id).update(merged_into=merge.survivor_id, **step)
    return noted


def _noted(
    merge: PatientMerge, table: type[models.Model], ids: Iterable[uuid.UUID], deed: MergeDeed
) -> Iterator[MergedRow]:
    for row_id in ids:
        yield MergedRow(merge=merge, table=table._meta.label_lower, row_id=row_id, deed=deed)


def _consents_twice(merge: PatientMerge) -> list[uuid.UUID]:
    live = Consent.objects.filter(revoked_at=None)
    texts = live.filter(patient=merge.survivor_id).values("text")
    return list(live.filter(patient=merge.duplicate_id, text__in=texts).values_list("pk", flat=True))


def _link_survivor(merge: PatientMerge) -> list[uuid.UUID]:
    """Let the clinics of the duplicate see the survivor."""
    known = PatientClinic.objects.filter(patient=merge.survivor_id).values("clinic")
    missing = PatientClinic.objects.filter(patient=merge.duplicate_id).exclude(clinic__in=known)
    added = [
        PatientClinic(patient_id=merge.survivor_id, clinic_id=link.clinic_id, origin=link.origin) for link in missing
    ]
    PatientClinic.objects.bulk_create(added)
    return [link.pk for link in added]

"""Taking a merge back: every row that it moved, and no other, goes back to the record it came from."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef

from backend.appointments.enums import OfferStatus, Status
from backend.appointments.models import Appointment, WaitlistEntry, WaitlistOffer
from backend.care.actions.part_courses import part_courses
from backend.care.models import Assessment
from backend.common.access import Actor
from backend.patients.models import Clearance, Patient, PatientClinic
from backend.privacy.actions._giving import Gift, give
from backend.privacy.actions._safest import restore_answers, restore_ended
from backend.privacy.actions._since import end_what_ended_since
from backend.privacy.enums import MergeDeed
from backend.privacy.models import PatientMerge
from backend.tasks.models import Task

REASON = "a merge of two records was taken back"
Rows = Mapping[type[Any], list[uuid.UUID]]


def take_back(actor: Actor, merge: PatientMerge, *, at: datetime) -> Mapping[str, int]:
    """Give back what was moved, and tell how many rows; behind the locks of both.

    What was entered since stays with the survivor, but for what was found in a visit that goes back, and the hold of an
    offer to an entry that does. What was taken from the one since, neither keeps.
    """
    moved, ended, added = (_rows(merge, deed) for deed in (MergeDeed.MOVED, MergeDeed.ENDED, MergeDeed.ADDED))
    step: dict[str, Any] = {"version": F("version") + 1, "updated_at": at}
    Patient.objects.filter(pk=merge.duplicate_id).update(merged_into=None, **step)
    Patient.objects.filter(pk=merge.survivor_id).update(**step)
    gift = Gift(giver_id=merge.survivor_id, taker_id=merge.duplicate_id, by=actor.user_id, at=at, reason=REASON)
    for table, ids in moved.items():
        give(gift, table, ids)
    _give_what_follows(gift)
    both = [merge.survivor_id, merge.duplicate_id]
    part_courses(patient_ids=both)
    _keep_visits_of_others(both)
    _unlink(merge, added.get(PatientClinic, []))
    restore_answers(both)
    counts = {f"moved back {table._meta.label_lower}": len(ids) for table, ids in moved.items()}
    if merge.merged_at:
        restore_ended(ended.items(), at=merge.merged_at)
        counts |= end_what_ended_since(actor, merge, merged_at=merge.merged_at, at=at)
    return counts


def _rows(merge: PatientMerge, deed: MergeDeed) -> Rows:
    found: defaultdict[type[Any], list[uuid.UUID]] = defaultdict(list)
    for table, row_id in merge.rows.filter(deed=deed).order_by("pk").values_list("table", "row_id"):
        found[apps.get_model(table)].append(row_id)
    return found


def _give_what_follows(gift: Gift) -> None:
    """What was found in a visit is of who came to it."""
    offers = WaitlistOffer.objects.filter(entry__patient=gift.taker_id, status=OfferStatus.OPEN)
    holds = Appointment.objects.filter(patient=gift.giver_id, status=Status.HELD, pk__in=offers.values("hold"))
    found = Assessment.objects.filter(patient=gift.giver_id, appointment__patient=gift.taker_id)
    visits = Appointment.objects.filter(patient=gift.taker_id).values("pk")
    tasks = Task.objects.filter(patient_id=gift.giver_id, appointment_id__in=visits)
    for table, rows in ((Appointment, holds), (Assessment, found), (Task, tasks)):
        give(gift, table, list(rows.values_list("pk", flat=True)))
    assessments = Assessment.objects.filter(patient=gift.taker_id).values("pk")
    cleared = Clearance.objects.filter(patient=gift.giver_id, assessment_id__in=assessments)
    give(gift, Clearance, list(cleared.values_list("pk", flat=True)))


def _keep_visits_of_others(patient_ids: Collection[uuid.UUID]) -> None:
    """Who waits gives back no visit but their own."""
    entries = WaitlistEntry.objects.filter(patient__in=patient_ids, gives_back__isnull=False)
    entries.exclude(gives_back__patient=F("patient")).update(gives_back=None)


def _unlink(merge: PatientMerge, added: list[uuid.UUID]) -> None:
    """The survivor stays known where they have been since, or will be."""
    visits = Appointment.objects.filter(patient=OuterRef("patient"), clinic=OuterRef("clinic"))
    links = PatientClinic.objects.filter(pk__in=added, patient=merge.survivor_id)
    PatientClinic.objects.filter(pk__in=list(links.exclude(Exists(visits)).values_list("pk", flat=True))).delete()

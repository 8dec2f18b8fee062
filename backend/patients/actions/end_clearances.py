"""Taking clearances back."""

import uuid

from django.db import connection
from django.db.models import Q

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.events.actions import publish
from backend.patients.enums import BodyRegion, ClearanceEnd
from backend.patients.event_types import ClearanceChanged
from backend.patients.models import Clearance


def end_clearances(actor: Actor, *, patient_id: uuid.UUID, assessment_id: uuid.UUID, region: BodyRegion) -> None:
    """End what this assessment cleared, and what an earlier one cleared for the region, in the transaction of the
    assessment that finds otherwise. What it means for visits that are booked is for those who keep visits: they learn
    of it by event."""
    if not connection.in_atomic_block:
        raise RuntimeError("end_clearances() needs the transaction of the assessment")
    live = Clearance.objects.select_for_update(no_key=True).filter(patient_id=patient_id, ended_at=None)
    for one in live.filter(Q(assessment_id=assessment_id) | Q(region=region)).order_by("pk"):
        one.ended_at, one.ended_reason = clock.now(), ClearanceEnd.REVERSED
        one.updated_at = one.ended_at
        one.save(update_fields=["ended_at", "ended_reason", "updated_at"])
        publish(ClearanceChanged(subject_id=one.pk, patient_id=patient_id))
        record(actor, "clearance.ended", subject_type="clearance", subject_id=one.pk, patient_id=patient_id)

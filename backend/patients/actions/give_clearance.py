"""Clearing a patient for treatments (D7)."""

import uuid
from datetime import date

from django.db import connection

from backend.audit.actions import record
from backend.common.access import Actor
from backend.events.actions import publish
from backend.patients.enums import BodyRegion
from backend.patients.event_types import ClearanceChanged
from backend.patients.models import Clearance


def give_clearance(
    actor: Actor, *, patient_id: uuid.UUID, assessment_id: uuid.UUID, region: BodyRegion, first: date, last: date
) -> Clearance:
    """In the transaction of the assessment that found it; whoever may sign one may clear. Both dates are included.

    The live one of the same assessment, if there is one, stays, of the region that was found last.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("give_clearance() needs the transaction of the assessment")
    live = Clearance.objects.filter(assessment_id=assessment_id, ended_at=None).first()
    if live is not None:
        live.region = region
        live.save(update_fields=["region"])
        return live
    cleared = Clearance.objects.create(
        patient_id=patient_id,
        region=region,
        valid_from=first,
        valid_until=last,
        granted_by_id=actor.user_id,
        assessment_id=assessment_id,
    )
    publish(ClearanceChanged(subject_id=cleared.pk, patient_id=patient_id))
    # For which region is health data: it stays in its table (D11).
    record(
        actor,
        "clearance.given",
        subject_type="clearance",
        subject_id=cleared.pk,
        patient_id=patient_id,
        after={"valid_from": str(first), "valid_until": str(last)},
    )
    return cleared

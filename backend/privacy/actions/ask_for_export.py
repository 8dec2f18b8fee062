"""Asking for a copy of what is kept about a patient."""

import uuid
from datetime import timedelta

from django.db import transaction

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.jobs import enqueue
from backend.privacy.models import Export
from backend.privacy.scopes import whole_records_of

LIFETIME = timedelta(hours=24)
EXPORT_JOB = "privacy.make_export"


def ask_for_export(actor: Actor, *, patient_id: uuid.UUID | None = None) -> Export:
    """Have a copy put together, of the caller or of a dependant.

    Raises NotFound, PermissionDenied to a guardian who may not read all of it.
    """
    whose = patient_id or actor.own_patient_id
    if whose is None or whose not in actor.patient_ids:
        raise NotFound
    if whose not in whole_records_of(actor):
        raise PermissionDenied
    with transaction.atomic():
        export: Export = Export.objects.create(
            user_id=actor.user_id, patient_id=whose, expires_at=clock.now() + LIFETIME
        )
        record(actor, "export.asked", subject_type="export", subject_id=export.pk, patient_id=whose)
        enqueue(EXPORT_JOB, export_id=str(export.pk))
    return export

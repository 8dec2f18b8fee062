"""Fetching an export, once."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.privacy.errors import ExportNotThere
from backend.privacy.models import Export


def fetch_export(actor: Actor, *, export_id: uuid.UUID) -> bytes:
    """The archive, which is deleted with it. Raises NotFound, ExportNotThere."""
    with transaction.atomic():
        found = Export.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=export_id).first()
        if found is None:
            raise NotFound
        if found.archive is None or found.expires_at <= clock.now():
            raise ExportNotThere
        archive = bytes(found.archive)
        Export.objects.filter(pk=export_id).update(archive=None, fetched_at=clock.now(), updated_at=clock.now())
        record(actor, "export.fetched", subject_type="export", subject_id=export_id, patient_id=found.patient_id)
    return archive

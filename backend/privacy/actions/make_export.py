"""Putting an export together."""

import uuid

from django.db import transaction

from backend.common import clock
from backend.privacy.models import Export
from backend.privacy.queries.archive import make_archive


def make_export(*, export_id: uuid.UUID) -> None:
    """Write the archive, once; of an export that is gone, nothing. An account is shown to its person alone."""
    with transaction.atomic():
        rows = Export.objects.select_for_update(of=("self",)).select_related("patient")
        export = rows.filter(pk=export_id, ready_at=None).first()
        if export is not None:
            is_own = export.patient.user_id == export.user_id
            archive = make_archive(export.patient_id, reader_id=export.user_id, is_own=is_own)
            now = clock.now()
            Export.objects.filter(pk=export_id).update(archive=archive, ready_at=now, updated_at=now)

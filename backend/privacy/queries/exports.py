"""Exports as those see them who asked."""

import uuid

from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.privacy.enums import ExportStatus
from backend.privacy.models import Export


def get_export_for(actor: Actor, export_id: uuid.UUID) -> Export:
    """One of the caller's own. Raises NotFound."""
    found: Export | None = Export.objects.visible_to(actor).defer("archive").filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return found


def status_of(export: Export) -> ExportStatus:
    """Where it stands at this moment."""
    if export.fetched_at:
        return ExportStatus.FETCHED
    if export.expires_at <= clock.now():
        return ExportStatus.EXPIRED
    return ExportStatus.READY if export.ready_at else ExportStatus.PREPARING

"""Giving a device another name."""

import uuid

from django.db import transaction
from django.db.models.functions import Now

from backend.accounts.models import Session
from backend.accounts.queries import get_session_for
from backend.audit.actions import record
from backend.common.access import Actor


def rename_session(actor: Actor, *, session_id: uuid.UUID, device_name: str | None = None) -> Session:
    """Call one of the caller's sessions so; it as it is afterwards. Without a name it stays. Raises NotFound."""
    session = get_session_for(actor, session_id)
    if device_name in (None, session.device_name):
        return session
    with transaction.atomic():
        Session.objects.filter(pk=session.pk).update(device_name=device_name, updated_at=Now())
        record(actor, "session.renamed", subject_type="session", subject_id=session.pk)
    session.device_name = device_name
    return session

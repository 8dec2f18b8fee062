"""Signing out another device of one's own."""

import uuid

from django.db import transaction

from backend.accounts.actions._sessions import end
from backend.accounts.enums import SessionEnd
from backend.accounts.queries import get_session_for
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound


def revoke_session(actor: Actor, *, session_id: uuid.UUID) -> None:
    """End one of the caller's sessions, be it the one that calls. Raises NotFound for one that is over, too."""
    session = get_session_for(actor, session_id)
    with transaction.atomic():
        if not end(session.pk, SessionEnd.REVOKED):
            raise NotFound
        record(actor, "session.ended", subject_type="session", subject_id=session.pk)

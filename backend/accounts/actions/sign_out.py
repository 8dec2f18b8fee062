"""Signing out."""

from django.db import transaction

from backend.accounts.actions._sessions import end
from backend.accounts.enums import SessionEnd
from backend.audit.actions import record
from backend.common.access import Actor


def sign_out(actor: Actor) -> None:
    """End the caller's session: its access and refresh tokens are refused from now on."""
    with transaction.atomic():
        if end(actor.session_id, SessionEnd.LOGOUT):
            record(actor, "session.ended", subject_type="session", subject_id=actor.session_id)

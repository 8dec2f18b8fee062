"""Signing out everywhere."""

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.common.access import Actor


def revoke_sessions(actor: Actor, *, include_current: bool) -> None:
    """End all of the caller's sessions; unless it is included, but the one that calls."""
    keep = None if include_current else actor.session_id
    end_sessions(actor, user_id=actor.user_id, reason=SessionEnd.REVOKED, keep=keep)

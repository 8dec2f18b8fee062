"""Rows of sessions and their refresh tokens, for the actions beside."""

import uuid

from django.conf import settings
from django.db.models.functions import Now

from backend.accounts.enums import SessionEnd
from backend.accounts.keys import key_ring
from backend.accounts.models import RefreshToken, Session, User
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.clock import real_now


def add_refresh_token(session: Session) -> RefreshToken:
    """Write the row of a new refresh token; the session lives as long as its newest one."""
    issued_at = real_now()
    expires_at = issued_at + settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
    session.last_used_at, session.expires_at = issued_at, expires_at
    session.save(update_fields=["last_used_at", "expires_at"])
    return RefreshToken.objects.create(
        id=uuid.uuid4(), session=session, key_id=key_ring().signing_id, issued_at=issued_at, expires_at=expires_at
    )


def start_session(user: User, device_name: str, *, has_second_factor: bool = False) -> tuple[Session, RefreshToken]:
    """A new session and its first refresh token, for an account that is locked."""
    kept = {"device_name": device_name, "has_second_factor": has_second_factor, "expires_at": real_now()}
    session = Session.objects.create(user=user, **kept)
    token = add_refresh_token(session)
    actor = Actor(user.pk, session.pk, is_email_verified=user.email_verified_at is not None)
    record(actor, "session.started", subject_type="session", subject_id=session.pk)
    return session, token


def end(session_id: uuid.UUID, reason: SessionEnd) -> bool:
    """Kill every token of a session at once; False if it had ended before."""
    living = Session.objects.filter(id=session_id, ended_at=None)
    return bool(living.update(ended_at=Now(), updated_at=Now(), end_reason=reason))

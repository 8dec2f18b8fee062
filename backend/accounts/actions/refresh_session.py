"""Exchanging a refresh token for the next pair."""

from django.conf import settings
from django.db import transaction

from backend.accounts.actions._sessions import add_refresh_token, end
from backend.accounts.enums import SessionEnd
from backend.accounts.errors import RefreshTokenReused, SessionRevoked, TokenInvalid
from backend.accounts.models import RefreshToken, Session
from backend.accounts.tokens import Claims, TokenPair, pair_of, read_refresh
from backend.audit.actions import record
from backend.common.clock import real_now


def refresh_session(*, refresh: str) -> TokenPair:
    """The next pair. A token that comes again within the grace gets the same pair, byte for byte (R17).

    Later, or once the new refresh token was used too, it is taken for stolen: the session ends, which is committed
    although the answer is a refusal. Raises TokenInvalid, TokenExpired, SessionRevoked, RefreshTokenReused.
    """
    claims = read_refresh(refresh)
    with transaction.atomic():
        session = _lock_session(claims)
        token = RefreshToken.objects.select_related("successor").filter(id=claims.token_id, session=session).first()
        if token is None:
            raise TokenInvalid
        successor = _successor(token, session)
        if successor is None:
            end(session.id, SessionEnd.REFRESH_REUSED)
            record(None, "session.refresh_reused", subject_type="session", subject_id=session.id)
    if successor is None:
        raise RefreshTokenReused
    return pair_of(successor, session)


def _lock_session(claims: Claims) -> Session:
    # One lock for the whole family, taken before its tokens are read: whoever waited sees what the winner wrote.
    # Not FOR UPDATE: rows that refer to the session may still be written.
    found = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    session: Session | None = found.filter(id=claims.session_id, user_id=claims.user_id).first()
    if session is None:
        raise TokenInvalid
    if session.ended_at is not None or not session.user.is_active:
        raise SessionRevoked
    return session


def _successor(token: RefreshToken, session: Session) -> RefreshToken | None:
    """The token that replaces this one, made if need be; None when this one was used before and may not be again."""
    if token.used_at is None:
        token.successor, token.used_at = add_refresh_token(session), real_now()
        token.save(update_fields=["successor", "used_at"])
        return token.successor
    is_repeat = real_now() - token.used_at <= settings.REFRESH_GRACE
    untouched = token.successor is not None and token.successor.used_at is None
    return token.successor if is_repeat and untouched else None

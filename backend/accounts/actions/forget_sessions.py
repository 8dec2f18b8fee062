"""Forgetting sessions, tokens and links that can never be used again."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from backend.accounts.models import MailedLink, RefreshToken, Session
from backend.common.clock import real_now

# A token is refused by its own date; the day is for servers whose clocks differ. A session stays longer, since who is
# shown their sessions may wonder about one that ended.
_TOKENS_KEPT, _SESSIONS_KEPT = timedelta(days=1), timedelta(days=30)
_BATCH = 500


def forget_sessions() -> int:
    """Delete refresh tokens and mailed links a day after their end, sessions thirty days after; how many rows."""
    now = real_now()
    tokens = _forget(RefreshToken.objects.all(), now - _TOKENS_KEPT)
    tokens += _forget(MailedLink.objects.all(), now - _TOKENS_KEPT)
    return tokens + _forget(Session.objects.all(), now - _SESSIONS_KEPT)


def _forget(rows: QuerySet[Any, Any], before: datetime) -> int:
    # By Django's cascade: a token's predecessors are older than itself and go with it.
    total = 0
    while ids := list(rows.filter(expires_at__lt=before).order_by("expires_at").values_list("pk", flat=True)[:_BATCH]):
        total += rows.filter(pk__in=ids).delete()[0]
    return total

"""Ending sessions: from now on every request that brings one of their tokens is refused."""

import uuid

from django.db import transaction
from django.db.models.functions import Now

from backend.accounts.enums import SessionEnd
from backend.accounts.models import Session
from backend.audit.actions import record
from backend.common.access import Actor


def end_sessions(
    actor: Actor | None,
    *,
    user_id: uuid.UUID,
    reason: SessionEnd,
    keep: uuid.UUID | None = None,
    only_without_factor: bool = False,
) -> None:
    """End all sessions of a person but `keep`, such as the one that asks; or only those begun by a password alone.

    Who changes what one signs in with locks the account first, as sign-in does: so no session slips through that began
    by the old password.
    """
    with transaction.atomic():
        living = Session.objects.filter(user_id=user_id).living().exclude(pk=keep)
        if only_without_factor:
            living = living.filter(has_second_factor=False)
        ended = living.update(ended_at=Now(), updated_at=Now(), end_reason=reason)
        if ended:
            told = {"count": ended, "reason": reason.value}
            record(actor, "account.sessions_ended", subject_type="user", subject_id=user_id, after=told)

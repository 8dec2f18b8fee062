"""Closing an account."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from backend.accounts.actions._accounts import lock_own_account, spend_links
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.accounts.event_types import AccountClosed
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User
from backend.audit.actions import record
from backend.common.access import Actor
from backend.events.actions import publish


def shut_account(actor: Actor, *, current_password: str) -> None:
    """Let nobody sign in to the caller's account any more, from this moment on. Raises ValidationFailed."""
    with transaction.atomic():
        user = lock_own_account(actor, password=current_password)
        User.objects.filter(pk=user.pk).update(is_active=False, updated_at=Now(), version=F("version") + 1)
        spend_links(user)
        end_sessions(actor, user_id=user.pk, reason=SessionEnd.ACCOUNT_CLOSED)
        publish(AccountClosed(subject_id=user.pk))
        record(actor, "account.closed", subject_type="user", subject_id=user.pk, patient_id=actor.own_patient_id)
        send_later(Mail.ACCOUNT_CLOSED, user.pk)

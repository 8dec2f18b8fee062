"""Choosing a new password while signed in."""

from django.db import transaction

from backend.accounts.actions._accounts import lock_own_account, set_password
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.accounts.mails import Mail, send_later
from backend.audit.actions import record
from backend.common.access import Actor


def change_password(actor: Actor, *, current_password: str, new_password: str) -> None:
    """Change the caller's password and end all other sessions. Raises ValidationFailed."""
    with transaction.atomic():
        user = lock_own_account(actor, password=current_password)
        set_password(user, new_password, field="new_password")
        end_sessions(actor, user_id=user.pk, reason=SessionEnd.PASSWORD_CHANGED, keep=actor.session_id)
        record(actor, "account.password_changed", subject_type="user", subject_id=user.pk)
        send_later(Mail.PASSWORD_CHANGED, user.pk)

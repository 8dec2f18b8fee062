"""Choosing a new password by a mailed link."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from backend.accounts import charges
from backend.accounts.actions._accounts import set_password, take_link
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import LinkPurpose, SessionEnd
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User
from backend.audit.actions import record


def reset_password(*, token: str, password: str, address: str = "") -> None:
    """Set a new password and end every session; the link, and every other one of the account, is spent.

    Whoever reads the mail has shown that the address is theirs, so it is verified. `address` is that of the network:
    from there strangers' guesses no longer keep the person out (R20). Raises ValidationFailed for a link of no use and
    for a weak password, which leaves the link as it was.
    """
    with transaction.atomic():
        link, user = take_link(token, LinkPurpose.RESET_PASSWORD)
        set_password(user, password, field="password")
        unverified = User.objects.filter(pk=user.pk, email=link.email, email_verified_at=None)
        unverified.update(email_verified_at=Now(), version=F("version") + 1)
        end_sessions(None, user_id=user.pk, reason=SessionEnd.PASSWORD_CHANGED)
        record(None, "account.password_reset", subject_type="user", subject_id=user.pk)
        send_later(Mail.PASSWORD_CHANGED, user.pk)
        charges.welcome(user.email, address)

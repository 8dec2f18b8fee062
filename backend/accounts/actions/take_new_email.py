"""Signing in with another address from now on."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from backend.accounts.actions._accounts import spend_links, take_link
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import LinkPurpose, SessionEnd
from backend.accounts.errors import EmailTaken
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User
from backend.audit.actions import record


@dataclass(frozen=True, slots=True)
class NewEmail:
    """Whose address changed, from what to what."""

    user_id: uuid.UUID
    before: str
    after: str


def take_new_email(*, token: str) -> NewEmail:
    """Give the account the address that the link was sent to, which is thereby verified, and tell the old one.

    All sessions end but the one that asked for the change, and every link of before is spent. Raises ValidationFailed
    for a link of no use, EmailTaken for an address that somebody else has by now.
    """
    with transaction.atomic():
        link, user = take_link(token, LinkPurpose.CHANGE_EMAIL)
        if User.objects.filter(email=link.email).exclude(pk=user.pk).exists():
            raise EmailTaken
        changed = {"email": link.email, "email_verified_at": Now(), "updated_at": Now(), "version": F("version") + 1}
        User.objects.filter(pk=user.pk).update(**changed)
        spend_links(user)
        end_sessions(None, user_id=user.pk, reason=SessionEnd.EMAIL_CHANGED, keep=link.session_id)
        before, after = {"email": user.email}, {"email": link.email}
        record(None, "account.email_changed", subject_type="user", subject_id=user.pk, before=before, after=after)
        send_later(Mail.EMAIL_CHANGED, user.pk, link_id=link.pk)
    return NewEmail(user.pk, user.email, link.email)

"""Plain-text mails about accounts, in the reader's language. Nothing that a stranger typed gets into them.

A job sends them, so that neither a slow mail server nor one that is away betrays which addresses have an account. The
job knows the account and the kind of mail; the secret of a link is made when the mail is.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.template.loader import render_to_string

from backend.accounts.enums import LinkPurpose
from backend.accounts.links import make_token
from backend.accounts.models import MailedLink, User
from backend.accounts.verification import make_verification
from backend.common.ids import uuid7
from backend.common.jobs import enqueue

MAIL_JOB = "accounts.send_mail"


class Mail(StrEnum):
    """Templates: the first line is the subject."""

    VERIFY_EMAIL = "verify_email"
    ACCOUNT_EXISTS = "account_exists"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a kind of mail
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of mail
    CONFIRM_EMAIL = "confirm_email"
    EMAIL_TAKEN = "email_taken"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_CLOSED = "account_closed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is sent, in the end: to whom, and with which link."""

    mail: Mail
    user: User
    to: str
    link: str = ""


def send_later(mail: Mail, user_id: uuid.UUID, *, link_id: uuid.UUID | None = None) -> None:
    """Have it mailed once the transaction holds. For an account that there is not, the job does nothing."""
    of_link = {"link_id": str(link_id)} if link_id else {}
    enqueue(MAIL_JOB, mail=mail, user_id=str(user_id), mail_id=str(uuid7()), **of_link)


def deliver(mail: Mail, user_id: uuid.UUID, mail_id: uuid.UUID, link_id: uuid.UUID | None = None) -> None:
    """Mail it now, unless the account is closed or needs no such mail any more. Raises what the mail server answers.

    The id of the message is the job's, so that two copies, sent because a worker died in between, are known as one.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None or user.is_active == (mail is Mail.ACCOUNT_CLOSED):
        return
    letter = _WRITERS.get(mail, _plain)(mail, user, link_id or mail_id)
    if letter is None:
        return
    values = {"app_url": settings.APP_URL, "link": letter.link}
    text = render_to_string(f"accounts/{letter.mail}.{letter.user.language}.txt", values)
    subject, _, body = text.partition("\n")
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message_id = f"<{mail_id}@{sender.partition('@')[2]}>"
    EmailMessage(subject, body.lstrip(), to=[letter.to], headers={"Message-ID": message_id}).send()


def _plain(mail: Mail, user: User, _: uuid.UUID) -> _Letter:
    return _Letter(mail, user, user.email)


def _verify(mail: Mail, user: User, _: uuid.UUID) -> _Letter | None:
    if user.email_verified_at is not None:
        return None
    return _Letter(mail, user, user.email, _link("verify-email", make_verification(user)))


def _reset(mail: Mail, user: User, link_id: uuid.UUID) -> _Letter:
    # The job's own id: tried again, it mails the same link. It lives from when it was sent, and once used stays so.
    told = {"user": user, "purpose": LinkPurpose.RESET_PASSWORD, "email": user.email}
    until = Now() + settings.LINK_LIFETIMES[LinkPurpose.RESET_PASSWORD]
    MailedLink.objects.update_or_create(pk=link_id, defaults={**told, "expires_at": until})
    return _Letter(mail, user, user.email, _link("reset-password", make_token(link_id, LinkPurpose.RESET_PASSWORD)))


def _confirm(mail: Mail, user: User, link_id: uuid.UUID) -> _Letter | None:
    link = MailedLink.objects.filter(pk=link_id, spent_at=None).first()
    if link is None:
        return None
    holder = User.objects.filter(email=link.email).first()
    if holder is not None:
        return _Letter(Mail.EMAIL_TAKEN, holder, holder.email) if holder.is_active else None
    return _Letter(mail, user, link.email, _link("confirm-email", make_token(link_id, LinkPurpose.CHANGE_EMAIL)))


def _to_previous(mail: Mail, user: User, link_id: uuid.UUID) -> _Letter | None:
    link = MailedLink.objects.filter(pk=link_id).first()
    return _Letter(mail, user, link.previous_email) if link else None


def _link(page: str, token: str) -> str:
    """An address of the web app. After `#`, so that no server's log ever sees the token."""
    return f"{settings.APP_URL}/{page}#token={token}"


_WRITERS: dict[Mail, Callable[[Mail, User, uuid.UUID], _Letter | None]] = {
    Mail.VERIFY_EMAIL: _verify,
    Mail.RESET_PASSWORD: _reset,
    Mail.CONFIRM_EMAIL: _confirm,
    Mail.EMAIL_CHANGE_ASKED: _to_previous,
    Mail.EMAIL_CHANGED: _to_previous,
}

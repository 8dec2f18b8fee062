"""Plain-text mails about accounts, in the reader's language. Nothing that a stranger typed gets into them.

A job sends them, so that neither a slow mail server nor one that is away betrays which addresses have an account. The
job knows the account and the kind of mail; the secret of a link is made when the mail is.
"""

import uuid
from email.utils import parseaddr
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from backend.accounts.models import User
from backend.accounts.verification import make_verification
from backend.common.ids import uuid7
from backend.common.jobs import enqueue

MAIL_JOB = "accounts.send_mail"


class Mail(StrEnum):
    """Templates: the first line is the subject."""

    VERIFY_EMAIL = "verify_email"
    ACCOUNT_EXISTS = "account_exists"


def send_later(mail: Mail, user: User) -> None:
    """Have it mailed once the transaction holds."""
    enqueue(MAIL_JOB, mail=mail, user_id=str(user.pk), mail_id=str(uuid7()))


def deliver(mail: Mail, user_id: uuid.UUID, mail_id: uuid.UUID) -> None:
    """Mail it now, unless the account is closed or needs no link any more. Raises what the mail server answers.

    The id of the message is the job's, so that two copies, sent because a worker died in between, are known as one.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or (mail is Mail.VERIFY_EMAIL and user.email_verified_at is not None):
        return
    values = {"app_url": settings.APP_URL}
    if mail is Mail.VERIFY_EMAIL:
        # After `#`, so that no server's log ever sees the token.
        values["link"] = f"{settings.APP_URL}/verify-email#token={make_verification(user)}"
    subject, _, body = render_to_string(f"accounts/{mail}.{user.language}.txt", values).partition("\n")
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message_id = f"<{mail_id}@{sender.partition('@')[2]}>"
    EmailMessage(subject, body.lstrip(), to=[user.email], headers={"Message-ID": message_id}).send()

"""Plain-text mails about accounts, in the reader's language. Nothing that a stranger typed gets into them."""

from enum import StrEnum

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from backend.accounts.models import User
from backend.accounts.verification import make_verification


class Mail(StrEnum):
    """Templates: the first line is the subject."""

    VERIFY_EMAIL = "verify_email"
    ACCOUNT_EXISTS = "account_exists"


def send_verification(user: User) -> None:
    """Mail the link that verifies the account's address. After `#`, so that no server's log ever sees the token."""
    link = f"{settings.APP_URL}/verify-email#token={make_verification(user)}"
    send_after_commit(Mail.VERIFY_EMAIL, user, link=link)


def send_after_commit(mail: Mail, user: User, **values: str) -> None:
    """Mail it once the transaction holds; a mail server that fails is logged and spoils nothing."""
    values = {**values, "app_url": settings.APP_URL}
    subject, _, body = render_to_string(f"accounts/{mail}.{user.language}.txt", values).partition("\n")
    transaction.on_commit(lambda: _send(subject, body.lstrip(), user.email), robust=True)


def _send(subject: str, body: str, to: str) -> None:
    send_mail(subject, body, None, [to])

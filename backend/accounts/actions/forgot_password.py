"""Asking for a link that resets a password."""

from django.db import transaction

from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User, normal_email
from backend.common.ids import uuid7


def forgot_password(*, email: str) -> None:
    """Have a link mailed to the account of the address; nobody is told whether there is one.

    A job is left behind in either case, so that both cost the same. For nobody it does nothing.
    """
    with transaction.atomic():
        found = User.objects.filter(email=normal_email(email), is_active=True).values_list("pk", flat=True).first()
        send_later(Mail.RESET_PASSWORD, found or uuid7())

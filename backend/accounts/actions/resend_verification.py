"""Sending the verification mail again."""

from django.db import transaction

from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User, normal_email
from backend.common.ids import uuid7


def resend_verification(*, email: str) -> None:
    """Mail a new link to an account that still needs one; nobody is told whether there is such an account.

    A job is left behind in either case, so that both cost the same. For nobody it does nothing.
    """
    with transaction.atomic():
        waiting = User.objects.filter(email=normal_email(email), is_active=True, email_verified_at=None)
        send_later(Mail.VERIFY_EMAIL, waiting.values_list("pk", flat=True).first() or uuid7())

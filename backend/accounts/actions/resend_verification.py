"""Sending the verification mail again."""

from django.db import transaction

from backend.accounts.mails import Mail, send_later
from backend.accounts.models import User, normal_email


def resend_verification(*, email: str) -> None:
    """Mail a new link to an account that still needs one; nobody is told whether there is such an account."""
    with transaction.atomic():
        user = User.objects.filter(email=normal_email(email), is_active=True, email_verified_at=None).first()
        if user is not None:
            send_later(Mail.VERIFY_EMAIL, user)

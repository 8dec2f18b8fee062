"""Proving that an e-mail address is one's own."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from backend.accounts.models import User
from backend.accounts.verification import read_verification
from backend.audit.actions import record
from backend.common.errors import FieldCode, FieldError, ValidationFailed


def verify_email(*, token: str) -> None:
    """Mark the address as verified; doing it again changes nothing. Raises ValidationFailed for a token of no use.

    A token is bound to the address it was sent to, so it dies when the account changes its address.
    """
    claim = read_verification(token)
    user = User.objects.filter(id=claim.user_id, email=claim.email, is_active=True).first() if claim else None
    if user is None:
        detail = gettext_noop("This link is not valid, or no longer. Have a new one sent.")
        raise ValidationFailed(errors=(FieldError("/token", FieldCode.INVALID, detail),))
    with transaction.atomic():
        fresh = User.objects.filter(id=user.id, email=user.email, email_verified_at=None)
        if fresh.update(email_verified_at=Now(), updated_at=Now(), version=F("version") + 1):
            record(None, "account.email_verified", subject_type="user", subject_id=user.id)

"""The secret in the link that verifies an e-mail address: signed, bound to account and address, short-lived."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from backend.accounts.models import User

_SALT = "backend.accounts.verification"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a link proves: whoever has it reads the mail of that address."""

    user_id: uuid.UUID
    email: str


def make_verification(user: User) -> str:
    """A token for the address that the account has now."""
    return signing.dumps([user.id.hex, user.email], salt=_SALT)


def read_verification(token: str) -> Verification | None:
    """What the token proves; None if it is not ours or too old."""
    try:
        user_id, email = signing.loads(token, salt=_SALT, max_age=settings.EMAIL_VERIFICATION_LIFETIME)
    except signing.BadSignature:
        return None
    return Verification(uuid.UUID(user_id), email)

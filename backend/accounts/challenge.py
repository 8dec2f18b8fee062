"""What somebody holds whose password was right while the second factor is still to come (R21).

Signed, short-lived, bound to the password; it lets its holder do nothing but name a code.
"""

import uuid
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from backend.accounts.errors import TokenExpired, TokenInvalid
from backend.accounts.models import User

_SALT = "backend.accounts.challenge"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Whose password was right, and the device of the session to come."""

    user_id: str
    email: str
    password_mark: str
    device_name: str

    def is_for(self, user: User) -> bool:
        """False once the password is another."""
        return constant_time_compare(self.password_mark, _mark(user))


def make_challenge(user: User, device_name: str) -> str:
    """A token for the account as it is now."""
    told = Challenge(user.pk.hex, user.email, _mark(user), device_name)
    return signing.dumps(asdict(told), salt=_SALT)


def read_challenge(token: str) -> Challenge:
    """What the token says. Raises TokenInvalid, TokenExpired."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=settings.CHALLENGE_LIFETIME)
    except signing.SignatureExpired as error:
        raise TokenExpired from error
    except signing.BadSignature as error:
        raise TokenInvalid from error
    return Challenge(**told)


def account_of(challenge: Challenge) -> uuid.UUID:
    """The id of the account."""
    return uuid.UUID(challenge.user_id)


def _mark(user: User) -> str:
    return salted_hmac(_SALT, user.password, algorithm="sha256").hexdigest()[:32]

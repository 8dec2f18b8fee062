"""The account of somebody whose password was right, for the second step of signing in."""

from backend.accounts.actions._accounts import lock_account
from backend.accounts.challenge import Challenge, account_of, read_challenge
from backend.accounts.errors import TokenInvalid
from backend.accounts.models import User
from backend.common.errors import NotFound


def lock_challenged(mfa_token: str) -> tuple[User, Challenge]:
    """The account whose password was right. Raises TokenExpired; TokenInvalid, also once the password is another."""
    challenge = read_challenge(mfa_token)
    try:
        user = lock_account(account_of(challenge))
    except NotFound:
        raise TokenInvalid from None
    if not challenge.is_for(user):
        raise TokenInvalid
    return user, challenge

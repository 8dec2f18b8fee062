"""What trying a code of a second factor costs; `charges` has the rest."""

from backend.accounts.challenge import read_challenge
from backend.common.budgets import Charge, key_of


def of_code(mfa_token: str, address: str) -> list[Charge]:
    """For a try by somebody who knows the password; the day does not bind the owner where they signed in before.

    Raises TokenInvalid, TokenExpired.
    """
    challenge = read_challenge(mfa_token)
    known = key_of("known_device", f"{challenge.email} {address}")
    return [Charge("code", challenge.user_id), Charge("code_day", challenge.user_id, unless=known, is_told=False)]

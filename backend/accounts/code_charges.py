"""What trying a code of a second factor costs; `charges` has the rest."""

import uuid

from backend.accounts.challenge import read_challenge
from backend.common.budgets import Charge, key_of


def of_code(mfa_token: str, address: str) -> list[Charge]:
    """For a try by somebody who knows the password; the day does not bind the owner where they signed in before.

    Raises TokenInvalid, TokenExpired.
    """
    challenge = read_challenge(mfa_token)
    known = key_of("known_device", f"{challenge.email} {address}")
    return [Charge("code", challenge.user_id), Charge("code_day", challenge.user_id, unless=known, is_told=False)]


def of_proof(user_id: uuid.UUID, *, has_code: bool) -> list[Charge]:
    """For a try by somebody who holds a session. Its day is another than that of signing in: who knows the password
    alone does not use this one up."""
    of_day = [Charge("code_day", f"{user_id} proof", is_told=False)] if has_code else []
    return [Charge("reauthentication", str(user_id)), *of_day]

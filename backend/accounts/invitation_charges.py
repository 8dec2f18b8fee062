"""What it costs to have an invitation mailed (R20)."""

import uuid

from backend.accounts.models import normal_email
from backend.common.budgets import Charge


def of_invitation(user_id: uuid.UUID, email: str) -> list[Charge]:
    """To an address that the caller types; how much others had mailed there is not told."""
    mails = [Charge("mail", normal_email(email), is_told=False), Charge("mails", "", is_told=False)]
    return [Charge("invitation", str(user_id)), *mails]

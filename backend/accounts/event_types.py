"""What happens to accounts, as events: ids and nothing else (D11, R24)."""

from typing import ClassVar

from backend.events.event import Event


class AccountClosed(Event):
    """Nobody signs in to it any more; what is kept of the person, and how long, is the business of others."""

    type: ClassVar[str] = "account.closed.v1"

"""What follows from events of the apps below."""

from backend.accounts.event_types import AccountClosed
from backend.events.models import DomainEvent
from backend.events.subscriptions import on
from backend.privacy.actions.plan_destruction import plan_destruction


@on(AccountClosed, name="privacy.plan_destruction")
def plan_destruction_of(event: DomainEvent) -> None:
    """What is kept of the person goes by the rules of retention."""
    plan_destruction(user_id=event.subject_id)

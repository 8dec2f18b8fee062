"""What people may know of their own sign-ins."""

import uuid
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from backend.accounts.duty import must_have_second_factor
from backend.accounts.models import SecondFactor, Session
from backend.common.access import Actor
from backend.common.errors import NotFound


def list_sessions(actor: Actor) -> QuerySet[Session]:
    """The caller's sessions that can still be used, each with `is_current`."""
    is_current = ExpressionWrapper(Q(pk=actor.session_id), output_field=BooleanField())
    rows: QuerySet[Session] = Session.objects.visible_to(actor).living().annotate(is_current=is_current)
    return rows


def get_session_for(actor: Actor, session_id: uuid.UUID) -> Session:
    """One of them. Raises NotFound, for one that has ended too."""
    session = list_sessions(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


@dataclass(frozen=True, slots=True)
class FactorState:
    """How somebody signs in."""

    is_enabled: bool
    is_required: bool
    recovery_codes_left: int


def see_second_factor(actor: Actor) -> FactorState:
    """Whether the caller signs in with a second factor."""
    factor = SecondFactor.objects.filter(user_id=actor.user_id).exclude(confirmed_at=None).first()
    left = len(factor.recovery_digests) if factor else 0
    return FactorState(factor is not None, must_have_second_factor(actor.user_id), left)

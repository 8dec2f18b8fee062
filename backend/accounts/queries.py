"""What people may know of their own sign-ins."""

import uuid

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from backend.accounts.models import Session
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

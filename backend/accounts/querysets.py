"""Whose sessions a caller reaches: loading a row is authorising it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from backend.common.access import Actor


class SessionQuerySet(models.QuerySet[Any]):
    """Sessions, scoped. They live by the real time, never the domain's (R12)."""

    def living(self) -> SessionQuerySet:
        """Those whose tokens are still good."""
        return self.filter(ended_at=None, expires_at__gt=Now())

    def visible_to(self, actor: Actor) -> SessionQuerySet:
        """The caller's own, whatever else the caller may do."""
        return self.filter(user_id=actor.user_id)

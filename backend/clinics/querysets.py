"""Whose set-up a caller reaches: loading a row is authorising it."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from backend.common.access import Actor
from backend.common.permissions import Permission

R = TypeVar("R", bound=Model)


def within_reach(rows: QuerySet[R, Any], actor: Actor, permission: Permission) -> QuerySet[R, Any]:
    """Those rows with a `clinic_id` that belong to a clinic where the caller holds the right as staff."""
    if permission in actor.everywhere:
        return rows
    return rows.filter(clinic_id__in=actor.clinics.get(permission, frozenset()))


class ApiKeyQuerySet(QuerySet[Any]):
    """API keys, scoped."""

    def visible_to(self, actor: Actor) -> ApiKeyQuerySet:
        """Those all of whose clinics are the caller's to manage keys for."""
        if Permission.API_KEY_MANAGE in actor.everywhere:
            return self
        held = actor.clinics.get(Permission.API_KEY_MANAGE, frozenset())
        through = self.model.clinics.through.objects.filter(api_key_id=OuterRef("pk"))
        return self.filter(~Exists(through.exclude(clinic_id__in=held)))

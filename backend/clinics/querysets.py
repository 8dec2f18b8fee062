"""Whose set-up a caller reaches: loading a row is authorising it."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from backend.common.access import Actor
from backend.common.permissions import Permission

R = TypeVar("R", bound=Model)


def within_reach(rows: QuerySet[R, Any], actor: Actor, permission: Permission) -> QuerySet[R, Any]:
    """Those rows with a `clinic_id` that belong to a clinic where the caller holds the right as staff."""
    if permission in actor.everywhere:
        return rows
    return rows.filter(clinic_id__in=actor.clinics.get(permission, frozenset()))

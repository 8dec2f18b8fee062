"""Whose file a caller may open: loading a row is authorising it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from backend.common.access import Actor
from backend.common.permissions import Permission


class PractitionerQuerySet(models.QuerySet[Any]):
    """Practitioners, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.PRACTITIONER_READ) -> PractitionerQuerySet:
        """Those placed at a clinic where the caller holds the right as staff, and the caller, if the role has it."""
        if permission in actor.everywhere:
            return self
        # A subquery and no join, so that a practitioner of two clinics is one row.
        placed = self.model.objects.filter(placements__clinic_id__in=actor.clinics.get(permission, frozenset()))
        reach = Q(pk__in=placed.values("pk"))
        if permission in actor.own_calendar:
            reach |= Q(pk=actor.practitioner_id)
        return self.filter(reach)

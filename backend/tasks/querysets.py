"""Whose tasks a caller reaches: loading a row is authorising it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from backend.common.access import Actor
from backend.common.permissions import Permission


class TaskQuerySet(models.QuerySet[Any]):
    """Tasks, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.TASK_READ) -> TaskQuerySet:
        """Those of the clinics where the caller holds the right as staff; with a right over the own calendar only,
        those assigned to the caller and those about the caller as a practitioner."""
        if permission in actor.everywhere:
            return self
        reach = Q(clinic_id__in=actor.clinics.get(permission, frozenset()))
        if permission in actor.own_calendar:
            reach |= Q(assignee_id=actor.user_id)
            if actor.practitioner_id is not None:
                reach |= Q(practitioner_id=actor.practitioner_id)
        return self.filter(reach)

"""Whose clinical rows a caller reaches: loading a row is authorising it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from backend.appointments.enums import HOLD_STATUSES, Status
from backend.common.access import Actor
from backend.common.permissions import Permission


class SessionRecordQuerySet(models.QuerySet[Any]):
    """Session records, scoped."""

    def visible_to(self, actor: Actor) -> SessionRecordQuerySet:
        """Those of visits that the caller gave, and of patients who have a visit with them, past or to come. Nobody
        else's, whatever their role."""
        if Permission.RECORD_KEEP not in actor.own_calendar or actor.practitioner_id is None:
            return self.none()
        visits = self.model._meta.get_field("appointment").related_model.objects
        own = visits.filter(practitioner_id=actor.practitioner_id).exclude(
            status__in=[*HOLD_STATUSES, Status.CANCELLED, Status.NO_SHOW]
        )
        treats = Q(appointment__patient_id__in=own.values("patient_id"))
        return self.filter(treats | Q(appointment__practitioner_id=actor.practitioner_id))

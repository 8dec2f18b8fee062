"""Who may see which exports and merges: loading a row is authorising it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.privacy.scopes import whole_records_of


class ExportQuerySet(models.QuerySet[Any]):
    """Exports, scoped."""

    def visible_to(self, actor: Actor) -> ExportQuerySet:
        """The caller's own, as long as all of the patient is still theirs to read."""
        return self.filter(user_id=actor.user_id, patient_id__in=whole_records_of(actor))


class PatientMergeQuerySet(models.QuerySet[Any]):
    """Merges, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.MERGE_PROPOSE) -> PatientMergeQuerySet:
        """Those of two patients over both of whom the caller holds the right."""
        if permission in actor.everywhere:
            return self
        patients = self.model._meta.get_field("survivor").related_model.objects.visible_to(actor, permission)
        return self.filter(survivor__in=patients, duplicate__in=patients)

    def about(self, patient_id: uuid.UUID) -> PatientMergeQuerySet:
        """Those of this patient, who stays or was taken in."""
        return self.filter(Q(survivor_id=patient_id) | Q(duplicate_id=patient_id))

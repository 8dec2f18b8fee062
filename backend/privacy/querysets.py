"""Whose exports a caller reaches."""

from __future__ import annotations

from typing import Any

from django.db import models

from backend.common.access import Actor
from backend.privacy.scopes import whole_records_of


class ExportQuerySet(models.QuerySet[Any]):
    """Exports, scoped."""

    def visible_to(self, actor: Actor) -> ExportQuerySet:
        """The caller's own, as long as all of the patient is still theirs to read."""
        return self.filter(user_id=actor.user_id, patient_id__in=whole_records_of(actor))

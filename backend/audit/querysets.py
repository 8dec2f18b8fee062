"""The log, by whom it is about."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q


class AuditQuerySet(models.QuerySet[Any]):
    """Entries of the audit log. Who may read which is decided by who asks: owners all, patients those about them."""

    def about(self, patient_ids: Collection[uuid.UUID]) -> AuditQuerySet:
        """Those about any of these patients, alone or among others."""
        several = list(patient_ids)
        return self.filter(Q(patient_id__in=several) | Q(patient_ids__overlap=several))

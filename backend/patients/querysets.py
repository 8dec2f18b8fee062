"""Who may see which patients: loading a row is authorising it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from backend.common.access import Actor
from backend.common.permissions import Permission


class PatientQuerySet(models.QuerySet[Any]):
    """Patients, scoped."""

    def visible_to(self, actor: Actor) -> PatientQuerySet:
        """The caller and dependants; for staff with the right, also those known at their clinics (R23)."""
        if Permission.PATIENT_READ in actor.everywhere:
            return self
        reach = Q(pk__in=actor.patient_ids)
        if clinics := actor.clinics.get(Permission.PATIENT_READ):
            reach |= Q(clinic_links__clinic_id__in=clinics)
        return self.filter(reach).distinct()

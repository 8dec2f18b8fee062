"""Whose clinical rows a caller reaches: loading a row is authorising it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from backend.appointments.enums import HOLD_STATUSES, Status
from backend.clinics.enums import Role
from backend.common.access import Actor
from backend.common.permissions import Permission


class AssessmentQuerySet(models.QuerySet[Any]):
    """Assessments, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.ASSESSMENT_READ) -> AssessmentQuerySet:
        """Those of patients over whom the caller holds the right: for a practitioner, those known where they work."""
        patient = self.model._meta.get_field("patient").related_model
        return self.filter(patient__in=patient.objects.visible_to(actor, permission))


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


class AdviceTemplateQuerySet(models.QuerySet[Any]):
    """Versions of advice, scoped."""

    def visible_to(self, actor: Actor, permission: Permission) -> AdviceTemplateQuerySet:
        """Those of clinics where the caller holds the right; for a practitioner, of those they work at."""
        if permission in actor.everywhere:
            return self
        reach = Q(clinic_id__in=actor.clinics.get(permission, frozenset()))
        if permission in actor.own_calendar:
            clinics = self.model._meta.get_field("clinic").related_model.objects
            works = clinics.filter(memberships__user_id=actor.user_id, memberships__role=Role.PRACTITIONER)
            reach |= Q(clinic__in=works)
        return self.filter(reach)


class CheckInQuerySet(models.QuerySet[Any]):
    """Check-ins, scoped."""

    def visible_to(self, actor: Actor, permission: Permission) -> CheckInQuerySet:
        """Those after visits over which the caller holds the right."""
        visits = self.model._meta.get_field("appointment").related_model.objects
        return self.filter(appointment__in=visits.visible_to(actor, permission))


class CourseQuerySet(models.QuerySet[Any]):
    """Courses, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.COURSE_READ) -> CourseQuerySet:
        """Those of patients over whom the caller holds the right."""
        patient = self.model._meta.get_field("patient").related_model
        return self.filter(patient__in=patient.objects.visible_to(actor, permission))

"""Who may see which visits: loading a row is authorising it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from backend.appointments.enums import HOLD_STATUSES, LIVE_STATUSES
from backend.common.access import Actor
from backend.common.permissions import Permission


class AppointmentQuerySet(models.QuerySet[Any]):
    """Visits, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.APPOINTMENT_READ) -> AppointmentQuerySet:
        """Visits over which the caller holds the right: as staff of the clinic, as the practitioner who gives them,
        or as the patient or guardian. Holds are never among them (R6)."""
        visits = self.exclude(status__in=HOLD_STATUSES)
        if permission in actor.everywhere:
            return visits
        reach = Q(pk__in=[])
        if own := actor.own_patients(permission):
            reach |= Q(patient_id__in=own)
        if clinics := actor.clinics.get(permission):
            reach |= Q(clinic_id__in=clinics)
        if permission in actor.own_calendar:
            reach |= Q(practitioner_id=actor.practitioner_id)
        return visits.filter(reach)

    def occupying(
        self, practitioners: Iterable[UUID], rooms: Iterable[UUID], patients: Iterable[UUID]
    ) -> AppointmentQuerySet:
        """Rows that take time of any of these."""
        return self.filter(Q(practitioner_id__in=practitioners) | Q(room_id__in=rooms) | Q(patient_id__in=patients))

    def holds_of(self, actor: Actor, *, or_visits: bool = False) -> AppointmentQuerySet:
        """The caller's own holds: another's hold is as if absent (R6). `or_visits`: also those that were booked."""
        own = self.filter(held_by_id=actor.user_id)
        return own if or_visits else own.filter(status__in=HOLD_STATUSES)


class WaitlistEntryQuerySet(models.QuerySet[Any]):
    """Entries of the wait list, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.APPOINTMENT_READ) -> WaitlistEntryQuerySet:
        """Entries over which the caller holds the right: as the patient or guardian, or as staff of any of the
        clinics where it waits. Practitioners have no queue."""
        if permission in actor.everywhere:
            return self
        reach = Q(pk__in=[])
        if own := actor.own_patients(permission):
            reach |= Q(patient_id__in=own)
        if clinics := actor.clinics.get(permission):
            # A subquery and no join, so that an entry at two clinics is one row.
            reach |= Q(pk__in=self.model.objects.filter(places__clinic_id__in=clinics).values("pk"))
        return self.filter(reach)

    def live(self) -> WaitlistEntryQuerySet:
        """Those that still wait for a time, or have one offered."""
        return self.filter(status__in=LIVE_STATUSES)


class WaitlistOfferQuerySet(models.QuerySet[Any]):
    """Offers, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.APPOINTMENT_READ) -> WaitlistOfferQuerySet:
        """Offers over which the caller holds the right: as the patient or guardian, or as staff of the clinic."""
        if permission in actor.everywhere:
            return self
        reach = Q(pk__in=[])
        if own := actor.own_patients(permission):
            reach |= Q(entry__patient_id__in=own)
        if clinics := actor.clinics.get(permission):
            reach |= Q(clinic_id__in=clinics)
        return self.filter(reach)

"""Who may see which visits: loading a row is authorising it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from backend.appointments.enums import HOLD_STATUSES, LIVE_STATUSES
from backend.common.access import Actor
from backend.common.permissions import Permission


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose visits somebody holds a right over: those of patients, of clinics, of their own calendar, or all."""

    everywhere: bool
    patient_ids: frozenset[UUID]
    clinic_ids: frozenset[UUID]
    practitioner_id: UUID | None


def reach_of(actor: Actor, permission: Permission) -> Reach:
    """How far the right reaches."""
    return Reach(
        permission in actor.everywhere,
        frozenset(actor.own_patients(permission)),
        actor.clinics.get(permission, frozenset()),
        actor.practitioner_id if permission in actor.own_calendar else None,
    )


VISIBLE = f"""
  visit.status NOT IN ({", ".join(f"'{status.value}'" for status in HOLD_STATUSES)})
  AND (%(everywhere)s OR visit.patient_id = ANY(%(patient_ids)s::uuid[])
       OR visit.clinic_id = ANY(%(clinic_ids)s::uuid[]) OR visit.practitioner_id = %(practitioner_id)s::uuid)
"""
"""The same as `AppointmentQuerySet.visible_to`, for a statement that is written by hand; with the parts of a reach."""


class AppointmentQuerySet(models.QuerySet[Any]):
    """Visits, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.APPOINTMENT_READ) -> AppointmentQuerySet:
        """Visits over which the caller holds the right: as staff of the clinic, as the practitioner who gives them,
        or as the patient or guardian. Holds are never among them (R6)."""
        visits = self.exclude(status__in=HOLD_STATUSES)
        reach = reach_of(actor, permission)
        if reach.everywhere:
            return visits
        within = Q(pk__in=[])
        if reach.patient_ids:
            within |= Q(patient_id__in=reach.patient_ids)
        if reach.clinic_ids:
            within |= Q(clinic_id__in=reach.clinic_ids)
        if reach.practitioner_id:
            within |= Q(practitioner_id=reach.practitioner_id)
        return visits.filter(within)

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

"""Who may see which patients, and by what they are found: loading a row is authorising it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Collate
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan

from backend.clinics.enums import Role
from backend.common.access import Actor
from backend.common.permissions import Permission

_ABOVE_ALL = Value("\U0010ffff")  # sorts after every other character, by code point


def name_key(first: Any, second: Any) -> Func:
    """Two names run together without case, accents, blanks and punctuation, ordered by code point.

    The function is made by the migration `0002_finding_patients`; indexes on both orders of the names serve a search.
    """
    return Collate(Func(first, second, function="name_key", output_field=models.TextField()), "C")


def is_called(given_name: str, family_name: str) -> Exact:
    """A condition: has that name, however it is spelt in case, accents and hyphens."""
    return Exact(BY_FAMILY, name_key(Value(family_name), Value(given_name)))


BY_FAMILY = name_key(F("family_name"), F("given_name"))
BY_GIVEN = name_key(F("given_name"), F("family_name"))


class PatientQuerySet(models.QuerySet[Any]):
    """Patients, scoped."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.PATIENT_READ) -> PatientQuerySet:
        """The caller, and dependants as far as the guardianship goes; for staff with the right, also those known at
        their clinics (R23): for a practitioner, at those they work at."""
        if permission in actor.everywhere:
            return self
        reach = Q(pk__in=actor.own_patients(permission))
        if clinics := actor.clinics.get(permission):
            reach |= self._known_at(clinics)
        if permission in actor.own_calendar:
            works = {"user_id": actor.user_id, "role": Role.PRACTITIONER}
            named = {f"clinic_links__clinic__memberships__{name}": value for name, value in works.items()}
            reach |= Q(pk__in=self.model.objects.filter(**named).values("pk"))
        return self.filter(reach)

    def unmerged(self) -> PatientQuerySet:
        """Without the duplicates that another record took in."""
        return self.filter(merged_into=None)

    def known_at(self, clinic_ids: Collection[uuid.UUID]) -> PatientQuerySet:
        """Those with a link to any of the clinics."""
        return self.filter(self._known_at(clinic_ids))

    def _known_at(self, clinic_ids: Collection[uuid.UUID]) -> Q:
        # A subquery and no join, so that a patient of two clinics is one row.
        return Q(pk__in=self.model.objects.filter(clinic_links__clinic_id__in=clinic_ids).values("pk"))

    def findable(self) -> PatientQuerySet:
        """Without merged duplicates and those whose account was closed: their record is kept, for who has a duty."""
        return self.unmerged().exclude(user__is_active=False)

    def named_like(self, text: str) -> PatientQuerySet:
        """Those whose given or family name begins so, or both names in either order: "wu", "ada w", "Wu, Ada"."""
        begin, end = name_key(Value(text), Value("")), name_key(Value(text), _ABOVE_ALL)
        by_family, by_given = (Q(GreaterThanOrEqual(key, begin), LessThan(key, end)) for key in (BY_FAMILY, BY_GIVEN))
        return self.filter(by_family | by_given)

    def with_given_name(self, given_name: str) -> PatientQuerySet:
        """Those of that given name, however it is spelt."""
        return self.filter(Exact(name_key(F("given_name"), Value("")), name_key(Value(given_name), Value(""))))


class _AboutPatients(models.QuerySet[Any]):
    """Rows about patients, as far as the caller sees those."""

    def visible_to(self, actor: Actor, permission: Permission) -> Any:
        """Those of patients over whom the caller holds the right."""
        patient = self.model._meta.get_field("patient").related_model
        return self.filter(patient__in=patient.objects.visible_to(actor, permission))


class ScreeningQuerySet(_AboutPatients):
    """Sets of answers, scoped."""


class ConsentQuerySet(_AboutPatients):
    """Consents, scoped."""

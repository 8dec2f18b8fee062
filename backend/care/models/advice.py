"""What patients are told to do after a visit, in versions that a physiotherapist approved (D18 to D20)."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Q

from backend.accounts.models import User
from backend.care.enums import AdviceRegion, AdviceStatus
from backend.care.querysets import AdviceTemplateQuerySet
from backend.clinics.models import Clinic, Service
from backend.common.constraints import one_of
from backend.common.models import Row
from backend.practitioners.models import Practitioner

_ARE_SOUND = Func(F("lines"), function="advice_lines_are_sound", output_field=models.BooleanField())


class AdviceTemplate(Row):
    """A version of what a clinic tells after a service, for one region of the body or for any.

    `lines` are `{"topic", "text", "text_fr"}` in their order; `rules.is_shown` says to whom each is shown. A trigger
    refuses to change them, steps that `AdviceStatus` does not have, and to put a version to use while the clinic has
    chosen neither cold nor heat.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    region = models.CharField(max_length=20, choices=AdviceRegion)
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=AdviceStatus, default=AdviceStatus.DRAFT)
    lines = models.JSONField()
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Practitioner, models.PROTECT, null=True, related_name="+", db_index=False)
    activated_at = models.DateTimeField(null=True)

    objects: Any = AdviceTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "service", "region", "version"], name="advice_version_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["clinic", "service", "region"],
                condition=Q(status=AdviceStatus.ACTIVE),
                name="advice_is_in_use_once",
            ),
            one_of("region", AdviceRegion.values, name="advice_region_is_known"),
            one_of("status", AdviceStatus.values, name="advice_status_is_known"),
            models.CheckConstraint(condition=_ARE_SOUND, name="advice_lines_are_in_both_languages"),
            models.CheckConstraint(
                condition=Q(status=AdviceStatus.DRAFT, approved_at__isnull=True, approved_by__isnull=True)
                | ~Q(status=AdviceStatus.DRAFT) & Q(approved_at__isnull=False, approved_by__isnull=False),
                name="advice_is_approved_by_somebody",
            ),
        ]

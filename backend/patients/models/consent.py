"""What patients agree to before a visit, in versions, and who agreed for whom (D13)."""

from typing import Any

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.clinics.models import Service
from backend.common.constraints import one_of
from backend.common.models import Row
from backend.patients.enums import Party
from backend.patients.models.people import Patient
from backend.patients.querysets import ConsentQuerySet


class ConsentText(Row):
    """What a service does to a body, and what is asked of the patient. Never changed, only followed by the next
    version: the current one of a service has no `superseded_at`."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    title_fr = models.CharField(max_length=120)
    body = models.TextField(max_length=8000)
    body_fr = models.TextField(max_length=8000)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="consent_text_version_is_given_once"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(superseded_at__isnull=True), name="consent_text_is_current_once"
            ),
        ]

    @property
    def is_current(self) -> bool:
        """True until the next version is published."""
        return self.superseded_at is None


class Consent(Row):
    """Somebody agreed to one version of a text, for a patient. Live unless revoked.

    `signed_by_name` is who agreed: the patient, or who looks after them. `given_by` entered it, on the side of
    `party`: at the desk, staff enter what was said or signed there.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(max_length=10, choices=Party)
    signed_by_name = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects: Any = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "text"], condition=Q(revoked_at__isnull=True), name="consent_is_given_once"
            ),
            one_of("party", Party.values, name="consent_party_is_known"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="consent_is_revoked_by_somebody",
            ),
        ]

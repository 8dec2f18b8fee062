"""A practitioner's public face, proofs and offerings."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.clinics.enums import CredentialKind, Discipline, Province
from backend.clinics.models import Clinic, Service
from backend.common.constraints import dates_in_order, one_of, unique_if_present
from backend.common.imports.rows import ImportedRow
from backend.common.models import Row, VersionedRow
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.querysets import PractitionerQuerySet

ALL_CANADA = "CA"


class Practitioner(ImportedRow):
    """A person who gives care. `user` is absent for one who never signs in."""

    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="practitioner")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    title = models.CharField(max_length=100)
    title_fr = models.CharField(max_length=100)
    bio = models.TextField(max_length=2000, default="", blank=True)
    bio_fr = models.TextField(max_length=2000, default="", blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    disciplines = ArrayField(models.CharField(max_length=20, choices=Discipline), default=list)
    is_active = models.BooleanField(default=True)
    # Names in the storage; without one there is no file.
    photo = models.CharField(max_length=60, default="", blank=True)

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        constraints = [
            unique_if_present("external_ref", name="practitioner_external_ref_is_unique"),
            models.CheckConstraint(
                condition=Q(disciplines__contained_by=Discipline.values), name="practitioner_disciplines_are_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def clinic_ids(self) -> list[uuid.UUID]:
        """The clinics that they are placed at."""
        return sorted(placement.clinic_id for placement in self.placements.all())

    @property
    def email(self) -> str | None:
        """What they sign in with, if they do."""
        return self.user.email if self.user else None


class Placement(Row):
    """A practitioner works at a clinic: who manages it sees and changes their file, hours and offerings there."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="placements")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="placements")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practitioner", "clinic"], name="placement_is_made_once")]


class Credential(VersionedRow):
    """A proof of what a practitioner may do (D4). It counts while verified, from `valid_from` to `valid_until`
    inclusive, and only in its own jurisdiction: a province, or `CA` for all of them (R10)."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=30, choices=CredentialKind)
    issuer = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=2)
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=CredentialStatus, default=CredentialStatus.PENDING)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_reason = models.CharField(max_length=500, default="", blank=True)
    evidence = models.CharField(max_length=60, default="", blank=True)
    # The nearest warning given of its end, in days before it; see rules.WARNING_DAYS.
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)

    @property
    def has_evidence(self) -> bool:
        """Whether a scan of the document is kept."""
        return bool(self.evidence)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "jurisdiction", "number", "valid_from"], name="credential_is_entered_once"
            ),
            one_of("kind", CredentialKind.values, name="credential_kind_is_known"),
            one_of("jurisdiction", [ALL_CANADA, *Province.values], name="credential_jurisdiction_is_known"),
            one_of("status", CredentialStatus.values, name="credential_status_is_known"),
            dates_in_order("valid_from", "valid_until", name="credential_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="credential_verified_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="revoked")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason=""),
                name="credential_revoked_with_a_reason",
            ),
        ]


class Offering(VersionedRow):
    """A practitioner gives a service at a clinic."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="offerings")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="offerings")
    service = models.ForeignKey(Service, models.CASCADE, related_name="offerings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "clinic", "service"], name="offering_is_made_once")
        ]
        indexes = [models.Index(fields=["service", "clinic"], name="offering_by_service")]

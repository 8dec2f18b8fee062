"""What the chain offers, clinic by clinic (D5, R9)."""

from django.db import models
from django.db.models import Q

from backend.clinics.enums import CredentialKind, Discipline, Province, RoomKind
from backend.clinics.models.places import SLUG, Clinic
from backend.common.constraints import one_of
from backend.common.models import Row, VersionedRow


class Service(VersionedRow):
    """Something a patient can book: chain-wide code, duration, buffers and gates (R9). `code` never changes."""

    code = models.CharField(max_length=60, validators=[SLUG])
    name = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    description = models.TextField(max_length=2000)
    description_fr = models.TextField(max_length=2000)
    preparation = models.TextField(max_length=2000, default="", blank=True)
    preparation_fr = models.TextField(max_length=2000, default="", blank=True)
    discipline = models.CharField(max_length=20, choices=Discipline)
    duration_minutes = models.PositiveSmallIntegerField()
    before_minutes = models.PositiveSmallIntegerField(default=0)
    after_minutes = models.PositiveSmallIntegerField(default=0)
    step_minutes = models.PositiveSmallIntegerField(default=15)
    room_kind = models.CharField(max_length=20, choices=RoomKind)
    price_minor = models.PositiveIntegerField()
    tax_basis_points = models.PositiveSmallIntegerField(default=0)
    needs_clearance = models.BooleanField(default=False)
    # Where a patient without a clearance goes first: the service that can give one (D7).
    assessment_service = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # Answers to the questions before needling (D10), and agreement to what the service does (D13).
    needs_screening = models.BooleanField(default=False, db_default=False)
    needs_consent = models.BooleanField(default=False, db_default=False)
    spacing_days = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="service_code_is_unique"),
            one_of("discipline", Discipline.values, name="service_discipline_is_known"),
            one_of("room_kind", RoomKind.values, name="service_room_kind_is_known"),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(5, 480), before_minutes__lte=120, after_minutes__lte=120),
                name="service_length_is_sane",
            ),
            models.CheckConstraint(condition=Q(step_minutes__range=(5, 720)), name="service_step_is_sane"),
            models.CheckConstraint(condition=Q(tax_basis_points__lte=5000), name="service_tax_is_sane"),
        ]

    def __str__(self) -> str:
        return self.code


class RequiredCredential(Row):
    """A proof that a service requires of its practitioner, in one province or, with none named, in all (D4, R10)."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="required_credentials")
    kind = models.CharField(max_length=30, choices=CredentialKind)
    province = models.CharField(max_length=2, choices=Province, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "kind", "province"], name="required_credential_is_named_once"),
            one_of("kind", CredentialKind.values, name="required_credential_kind_is_known"),
            one_of("province", ["", *Province.values], name="required_credential_province_is_known"),
        ]


class ClinicService(VersionedRow):
    """A clinic offers a service. No row, no offer (D5). What is null is as service or policy have it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="clinic_services")
    service = models.ForeignKey(Service, models.PROTECT, related_name="clinic_services")
    price_minor = models.PositiveIntegerField(null=True, blank=True)
    tax_basis_points = models.PositiveSmallIntegerField(null=True, blank=True)
    notice_minutes = models.PositiveIntegerField(null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_online_booking_on = models.BooleanField(null=True, blank=True)
    free_cancellation_minutes = models.PositiveIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "service"], name="service_is_offered_once_at_a_clinic"),
            models.CheckConstraint(
                condition=Q(horizon_days__isnull=True) | Q(horizon_days__range=(1, 730)),
                name="clinic_service_horizon_is_sane",
            ),
        ]

"""People under care, and where they are known."""

from django.db import models
from django.db.models import F, Q
from phonenumber_field.modelfields import PhoneNumberField

from backend.accounts.models import User
from backend.clinics.models import Clinic
from backend.common.constraints import one_of, unique_if_present
from backend.common.imports.rows import ImportedRow
from backend.common.models import Row
from backend.patients.enums import LinkOrigin
from backend.patients.querysets import BY_FAMILY, BY_GIVEN, PatientQuerySet


class Patient(ImportedRow):
    """A person under care. `user` is their own account; a dependant has none and is reached by a guardianship.

    `merged_into` is the patient whose record took this one in: from then on nothing is entered here any more, which a
    trigger on every table about patients sees to (`patient_is_not_merged`).
    """

    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="patient")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True, blank=True)
    email = models.EmailField(max_length=254, null=True, blank=True)  # noqa: DJ001 - absent is not the empty text
    phone = PhoneNumberField(null=True, blank=True)
    language = models.CharField(max_length=2, default="en")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            unique_if_present("external_ref", name="patient_external_ref_is_unique"),
            one_of("language", ["en", "fr"], name="patient_language_is_known"),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(birth_date__gte="1900-01-01"),
                name="patient_birth_date_is_sane",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")), name="patient_is_merged_into_another"
            ),
        ]
        indexes = [
            models.Index(BY_FAMILY, name="patient_by_family_name"),
            models.Index(BY_GIVEN, name="patient_by_given_name"),
            models.Index(fields=["email"], name="patient_by_email"),
            models.Index(fields=["phone"], name="patient_by_phone"),
            models.Index(fields=["birth_date"], name="patient_by_birth_date"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def has_account(self) -> bool:
        """True when the person signs in and sees to their own data."""
        return self.user_id is not None


class PatientClinic(Row):
    """A patient is known at a clinic, so its staff may see them (R23)."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="clinic_links")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="patient_links")
    origin = models.CharField(max_length=10, choices=LinkOrigin)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "clinic"], name="patient_is_linked_once_to_a_clinic"),
            one_of("origin", LinkOrigin.values, name="patient_link_origin_is_known"),
        ]
        indexes = [models.Index(fields=["clinic", "patient"], name="patient_link_by_clinic")]

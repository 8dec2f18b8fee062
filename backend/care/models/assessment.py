"""What a physiotherapist found before any treatment, and decided (D7, D8)."""

from typing import Any

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.care.enums import AssessmentOutcome, AssessmentStatus, Condition, Degree
from backend.care.querysets import AssessmentQuerySet
from backend.clinics.models import Clinic
from backend.common.constraints import one_of, unique_if_present
from backend.common.models import Row, VersionedRow
from backend.patients.enums import BodyRegion
from backend.patients.models import Patient

_CONDITIONS = ("general_health", "healing_response", "nerve_state")
_DEGREES = ("extent", "severity", "scar_tissue")


def _is_there(*texts: str) -> Q:
    return Q(*(~Q(**{text: ""}) for text in texts))


class Assessment(VersionedRow):
    """One assessment of a patient, at a clinic, in a visit if it is known in which. What it says is in its versions:
    the first is the draft until it is signed, each later one an amendment."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="assessments")
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", db_index=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+", db_index=False)

    objects: Any = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [unique_if_present("appointment", name="assessment_is_one_of_a_visit")]

    @property
    def current(self) -> "AssessmentVersion":
        """What it says now. Loads all versions, unless they are."""
        return max(self.versions.all(), key=lambda one: one.number)

    @property
    def status(self) -> AssessmentStatus:
        """Signed once and for all by the first signature."""
        return AssessmentStatus.SIGNED if self.current.signed_at else AssessmentStatus.DRAFT


class AssessmentVersion(Row):
    """What an assessment says, from one signature to the next amendment. A trigger refuses to change a signed one.

    All three parts are there once it is signed (D8). `trigger_points` are `{muscle, side}`; the factors are those of
    D14, age in whole years as of the signature.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    region = models.CharField(max_length=20, choices=BodyRegion)
    autonomic_tests = models.TextField(max_length=4000, default="", blank=True)
    palpation = models.TextField(max_length=4000, default="", blank=True)
    movement_screen = models.TextField(max_length=4000, default="", blank=True)
    trigger_points = models.JSONField(default=list)
    tight_muscles = models.JSONField(default=list)
    general_health = models.CharField(max_length=10, choices=Condition, default=Condition.NOT_STATED)
    healing_response = models.CharField(max_length=10, choices=Condition, default=Condition.NOT_STATED)
    nerve_state = models.CharField(max_length=10, choices=Condition, default=Condition.NOT_STATED)
    extent = models.CharField(max_length=10, choices=Degree, default=Degree.NOT_STATED)
    severity = models.CharField(max_length=10, choices=Degree, default=Degree.NOT_STATED)
    scar_tissue = models.CharField(max_length=10, choices=Degree, default=Degree.NOT_STATED)
    age_years = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=15, choices=AssessmentOutcome, default=AssessmentOutcome.UNDECIDED)
    conclusion = models.TextField(max_length=4000, default="", blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="assessment_version_is_counted_once"),
            one_of("region", BodyRegion.values, name="assessment_region_is_known"),
            one_of("outcome", AssessmentOutcome.values, name="assessment_outcome_is_known"),
            *(one_of(name, Condition.values, name=f"assessment_{name}_is_known") for name in _CONDITIONS),
            *(one_of(name, Degree.values, name=f"assessment_{name}_is_known") for name in _DEGREES),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="assessment_is_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | _is_there("autonomic_tests", "palpation", "movement_screen")
                & ~Q(outcome=AssessmentOutcome.UNDECIDED),
                name="assessment_is_whole_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | Q(number__gt=1, signed_at__isnull=False) & ~Q(reason=""),
                name="assessment_is_amended_for_a_reason",
            ),
        ]

    @property
    def written_by_name(self) -> str:
        """The name of who wrote it last."""
        return _name_of(self.written_by)

    @property
    def signed_by_name(self) -> str | None:
        """The name of who signed it, if somebody did."""
        return _name_of(self.signed_by) if self.signed_by else None


def _name_of(user: User) -> str:
    return f"{user.given_name} {user.family_name}"

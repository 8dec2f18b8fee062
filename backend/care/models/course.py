"""A course of treatment: how many sessions, how far apart, its visits and its reviews (D14 to D17)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.care.enums import OPEN_STATUSES, CourseEnd, CourseStatus, ReviewOutcome
from backend.care.querysets import CourseQuerySet
from backend.clinics.models import Clinic, Service
from backend.common.constraints import one_of
from backend.common.models import Row, VersionedRow
from backend.patients.enums import BodyRegion
from backend.patients.models import Clearance, Patient
from backend.practitioners.models import Practitioner

MOST_SESSIONS, LONGEST_GAP = 60, 62


class Course(VersionedRow):
    """What a physiotherapist planned for one patient and region (R15). Gaps are differences of local dates.

    `practitioner` leads it at `clinic`; its visits may be elsewhere and with others. `clearance` is what it rests on,
    and has to reach its last visit (R14).
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="courses")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", db_index=False)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+", db_index=False)
    clearance = models.ForeignKey(Clearance, models.PROTECT, related_name="+", db_index=False)
    region = models.CharField(max_length=20, choices=BodyRegion)
    planned_sessions = models.PositiveSmallIntegerField()
    min_gap_days = models.PositiveSmallIntegerField(default=7)
    max_gap_days = models.PositiveSmallIntegerField(default=14)
    review_after_session = models.PositiveSmallIntegerField(default=3)
    status = models.CharField(max_length=12, choices=CourseStatus, default=CourseStatus.PLANNED)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_reason = models.CharField(max_length=15, choices=CourseEnd, default=CourseEnd.NONE)
    closed_note = models.CharField(max_length=500, default="", blank=True)

    objects: Any = CourseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "service", "region"],
                condition=Q(status__in=[str(status) for status in OPEN_STATUSES]),
                name="course_is_open_once",
            ),
            one_of("region", BodyRegion.values, name="course_region_is_known"),
            one_of("status", CourseStatus.values, name="course_status_is_known"),
            models.CheckConstraint(
                condition=Q(planned_sessions__range=(1, MOST_SESSIONS)), name="course_has_a_sane_number_of_sessions"
            ),
            models.CheckConstraint(
                condition=Q(min_gap_days__gte=1, max_gap_days__gte=F("min_gap_days"), max_gap_days__lte=LONGEST_GAP),
                name="course_gaps_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(review_after_session__in=[3, 4]), name="course_is_reviewed_after_three_or_four"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[str(status) for status in OPEN_STATUSES],
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                    closed_reason=CourseEnd.NONE,
                )
                | Q(
                    status__in=[CourseStatus.COMPLETED, CourseStatus.ENDED_EARLY],
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    closed_reason__in=[end for end in CourseEnd.values if end != CourseEnd.NONE],
                ),
                name="course_is_closed_by_somebody_for_a_reason",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """True until it is closed."""
        return self.status in OPEN_STATUSES


class CourseVisit(Row):
    """A visit that is a session of a course. A trigger sees to it that both are of one patient and service."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="visits")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="course_visits", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appointment"], name="visit_is_of_one_course")]


class CourseReview(Row):
    """What a certified physiotherapist decided after some sessions (D15). `note` is a clinical note."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=10, choices=ReviewOutcome)
    sessions_done = models.PositiveSmallIntegerField()
    planned_sessions = models.PositiveSmallIntegerField()
    note = models.TextField(max_length=2000, default="", blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [one_of("outcome", ReviewOutcome.values, name="course_review_outcome_is_known")]

    @property
    def reviewed_by_name(self) -> str:
        """The name of who decided, as colleagues know the person."""
        return f"{self.reviewed_by.given_name} {self.reviewed_by.family_name}"

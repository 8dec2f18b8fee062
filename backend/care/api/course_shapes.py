"""What courses of treatment look like."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.care.api.course_fields import EndReason, RegionShown, WhyClosed
from backend.care.enums import CourseStatus, ReviewOutcome
from backend.care.models.course import LONGEST_GAP, MOST_SESSIONS
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of
from backend.patients.enums import BodyRegion


class CourseQuery(PageQuery):
    """Which courses to list; filters narrow what the caller may see."""

    patient = fields.UUIDField(required=False, help_text="Only courses of this patient, a dependant say.")
    clinic = fields.ListField(
        child=fields.UUIDField(help_text="The id of a clinic."),
        required=False,
        default=list,
        max_length=50,
        help_text="Only courses that are led at these clinics; repeat the parameter. Absent: any.",
    )
    status = fields.ListField(
        child=fields.ChoiceField(CourseStatus, help_text="Where a course stands."),
        required=False,
        default=list,
        max_length=len(CourseStatus),
        help_text="Only courses that stand so; repeat the parameter. `planned` and `active` are open.",
    )
    is_review_due = fields.BooleanField(
        required=False, help_text="True: only those that wait for their review; false: only the others."
    )


class CourseRequest(StrictSerializer):
    """The course as a physiotherapist plans it."""

    patient_id = fields.UUIDField(help_text="The patient, who has been found a candidate for the treatment.")
    service_id = fields.UUIDField(help_text="The treatment, the same in every session.")
    clinic_id = fields.UUIDField(help_text="Where the course is led; its visits may be elsewhere, too.")
    practitioner_id = fields.UUIDField(
        required=False, help_text="Who leads it, and gives the service at that clinic. Absent: the caller."
    )
    region = fields.ChoiceField(BodyRegion, help_text="The region that the patient was cleared for and is treated at.")
    planned_sessions = fields.IntegerField(
        min_value=1, max_value=MOST_SESSIONS, help_text="How many sessions are planned; 8 to 10 are typical."
    )
    min_gap_days = fields.IntegerField(
        required=False,
        default=7,
        min_value=1,
        max_value=LONGEST_GAP,
        help_text="How many days at least from one session to the next, by local date; 7 if absent.",
    )
    max_gap_days = fields.IntegerField(
        required=False,
        default=14,
        min_value=1,
        max_value=LONGEST_GAP,
        help_text="How many days at most from one session to the next, by local date; 14 if absent.",
    )
    review_after_session = fields.IntegerField(
        required=False,
        default=3,
        min_value=3,
        max_value=4,
        help_text="After which session the course is reviewed, the third or the fourth; the third if absent.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The gaps in their order."""
        if attrs["max_gap_days"] < attrs["min_gap_days"]:
            less = ErrorDetail(str(_("This is less than min_gap_days.")), code=FieldCode.TOO_SMALL.value)
            raise ValidationError({"max_gap_days": [less]})
        return attrs


class CloseCourseRequest(StrictSerializer):
    """Why a course ends, and what there is to say about it."""

    reason = fields.ChoiceField(EndReason, help_text="Why the course ends; kept for those who treat.")
    note = fields.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=500,
        help_text="Anything more, for those who treat and for the patient.",
    )


class ReviewCourseRequest(StrictSerializer):
    """What the review decides: each `outcome` has its own fields."""

    outcome = fields.ChoiceField(
        ReviewOutcome,
        help_text="`continue` as planned, `extend` to more sessions, or `finish`: the course is closed and visits to "
        "come are cancelled.",
    )
    planned_sessions = fields.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_SESSIONS,
        help_text="With `extend`, and only then: how many sessions are planned from now on, in all.",
    )
    reason = fields.ChoiceField(
        EndReason, required=False, help_text="With `finish`, and only then: why the course ends."
    )
    note = fields.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=2000,
        help_text="How it goes, for those who treat and for the patient.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What each outcome needs, and nothing of another's."""
        for name, outcome in (("planned_sessions", ReviewOutcome.EXTEND), ("reason", ReviewOutcome.FINISH)):
            if (name in attrs) != (attrs["outcome"] == outcome):
                is_missing = name not in attrs
                text = _("This outcome needs it.") if is_missing else _("This outcome has none.")
                code = FieldCode.REQUIRED if is_missing else FieldCode.MISMATCH
                raise ValidationError({name: [ErrorDetail(str(text), code=code.value)]})
        return attrs


class ContinueReviewRequest(ReviewCourseRequest):
    """The course goes on as planned."""

    outcome = fields.ChoiceField(
        ReviewOutcome, only=[ReviewOutcome.CONTINUE], help_text="`continue`: the course goes on as planned."
    )
    planned_sessions = None  # type: ignore[assignment]  # takes the field away
    reason = None  # type: ignore[assignment]


class ExtendReviewRequest(ReviewCourseRequest):
    """The course goes on to more sessions than were planned."""

    outcome = fields.ChoiceField(
        ReviewOutcome, only=[ReviewOutcome.EXTEND], help_text="`extend`: the course goes on to more sessions."
    )
    planned_sessions = fields.IntegerField(
        min_value=1, max_value=MOST_SESSIONS, help_text="How many sessions are planned from now on, in all."
    )
    reason = None  # type: ignore[assignment]


class FinishReviewRequest(ReviewCourseRequest):
    """The course is closed, and visits to come are cancelled."""

    outcome = fields.ChoiceField(
        ReviewOutcome, only=[ReviewOutcome.FINISH], help_text="`finish`: the course ends, and visits to come with it."
    )
    planned_sessions = None  # type: ignore[assignment]
    reason = fields.ChoiceField(EndReason, help_text="Why the course ends, for those who treat and the patient.")


ReviewCourseRequest.variants = (ContinueReviewRequest, ExtendReviewRequest, FinishReviewRequest)


class CourseReview(StrictSerializer):
    """What a certified physiotherapist decided after some sessions."""

    outcome = fields.ChoiceField(ReviewOutcome, help_text="How the course went on: as planned, longer, or not at all.")
    sessions_done = fields.IntegerField(
        min_value=0, max_value=MOST_SESSIONS, help_text="How many sessions were over at the time of the review."
    )
    planned_sessions = fields.IntegerField(
        min_value=1, max_value=MOST_SESSIONS, help_text="How many sessions were planned from then on, in all."
    )
    note = fields.CharField(max_length=2000, allow_blank=True, help_text="How it went, in the reviewer's words.")
    reviewed_at = fields.DateTimeField(help_text="When the review was entered, by the clock of the server.")
    reviewed_by_name = fields.CharField(max_length=201, help_text="The name of the physiotherapist who decided.")


class Course(VersionedSerializer):
    """A course of treatment, and where it stands."""

    id = fields.UUIDField(source="row.pk", help_text="The course. It keeps its id for life, whatever happens to it.")
    status = fields.ChoiceField(
        CourseStatus,
        source="row.status",
        help_text="`planned` until its first visit is booked, then `active`; `completed` if closed with all sessions "
        "done, else `ended_early`. The last two are final.",
    )
    patient_id = fields.UUIDField(source="row.patient_id", help_text="The patient whom the course is for.")
    patient_name = fields.CharField(
        source="row.patient", max_length=201, help_text="Given and family name of the patient."
    )
    service_id = fields.UUIDField(source="row.service_id", help_text="The treatment that every session is.")
    service_name = fields.TranslatedField(
        source="row.service.name", max_length=120, help_text="What the treatment is called, in the caller's language."
    )
    clinic_id = fields.UUIDField(source="row.clinic_id", help_text="The clinic where the course is led.")
    clinic_name = fields.CharField(source="row.clinic.name", max_length=120, help_text="The name of that clinic.")
    practitioner_id = fields.UUIDField(source="row.practitioner_id", help_text="The practitioner who leads it.")
    practitioner_name = fields.CharField(
        source="row.practitioner", max_length=201, help_text="The name of the practitioner who leads it."
    )
    region = fields.ChoiceField(RegionShown, help_text="The region that is treated; `not_shown` if `is_redacted`.")
    planned_sessions = fields.IntegerField(
        source="row.planned_sessions", min_value=1, max_value=MOST_SESSIONS, help_text="How many sessions are planned."
    )
    sessions_done = fields.IntegerField(
        source="row.sessions_done", min_value=0, max_value=1000, help_text="How many sessions are over."
    )
    sessions_booked = fields.IntegerField(
        source="row.sessions_booked", min_value=0, max_value=1000, help_text="How many are booked and not yet over."
    )
    sessions_left = fields.IntegerField(
        min_value=0, max_value=MOST_SESSIONS, help_text="How many can still be booked: neither done nor booked."
    )
    min_gap_days = fields.IntegerField(
        source="row.min_gap_days", min_value=1, max_value=LONGEST_GAP, help_text="The shortest gap, by local dates."
    )
    max_gap_days = fields.IntegerField(
        source="row.max_gap_days", min_value=1, max_value=LONGEST_GAP, help_text="The longest gap, by local dates."
    )
    review_after_session = fields.IntegerField(
        source="row.review_after_session",
        min_value=3,
        max_value=4,
        help_text="After which session the course is to be reviewed, unless it was before.",
    )
    is_review_due = fields.BooleanField(
        source="row.is_review_due",
        help_text="True: no session is checked in and no patient books further ones until reviewCourse.",
    )
    reviewed_at = fields.DateTimeField(
        source="row.reviewed_at", allow_null=True, help_text="When it was reviewed last; null: not yet."
    )
    clearance_until_date = fields.DateField(
        source="row.clearance.valid_until", help_text="The last date that the clearance covers: visits end by then."
    )
    opened_at = fields.DateTimeField(source="row.opened_at", help_text="When the course was planned.")
    closed_at = fields.DateTimeField(
        source="row.closed_at", allow_null=True, help_text="When the course was closed; null while it is open."
    )
    closed_reason = fields.ChoiceField(
        WhyClosed, help_text="Why it was closed; `none` while it is open, `not_shown` if `is_redacted`."
    )
    closed_note = fields.CharField(
        max_length=500, allow_blank=True, help_text="Anything more about it; empty if `is_redacted`."
    )
    is_redacted = fields.BooleanField(
        help_text="True where the caller may see the plan, but not the region, the reviews and why it ended."
    )
    reviews = list_of(CourseReview, max_length=100, help_text="The reviews by time; none if `is_redacted`.")

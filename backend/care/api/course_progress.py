"""How a course goes, over HTTP."""

import uuid
from typing import Any

from django.utils.translation import gettext, gettext_noop

from backend.appointments.enums import AppointmentStatus
from backend.care.actions.note_courses_read import note_courses_read
from backend.care.models.course import MOST_SESSIONS
from backend.care.queries.progress import (
    PUBLISHED_AVERAGE,
    TYPICAL_FROM,
    TYPICAL_UNTIL,
    Progress,
    progress_of,
)
from backend.common.http import fields
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import StrictSerializer, list_of
from backend.common.permissions import Permission

_SOURCE = gettext_noop("Published figures on IMS for lower back pain, as the clinics' own page tells them.")
_SCALE: dict[str, Any] = {"allow_null": True, "min_value": 0, "max_value": 10}
_ABSENT = "null if no signed record says, or if `is_redacted`."


class CourseSession(StrictSerializer):
    """A visit of the course, and how it went."""

    number = fields.IntegerField(
        allow_null=True,
        min_value=1,
        max_value=1000,
        help_text="Which session it is, from 1; null for visits that were cancelled or missed.",
    )
    appointment_id = fields.UUIDField(source="row.pk", help_text="The visit. All of it is at getAppointment.")
    status = fields.ChoiceField(AppointmentStatus, source="row.status", help_text="Where the visit stands just now.")
    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset: its text shows the wall time.")
    clinic_name = fields.CharField(
        source="row.clinic.name", max_length=120, help_text="The name of the clinic of this visit."
    )
    practitioner_name = fields.CharField(source="row.practitioner", max_length=201, help_text="Who gives the visit.")
    gap_days = fields.IntegerField(
        allow_null=True,
        min_value=0,
        max_value=100_000,
        help_text="Days since the session before, by local dates; null for the first, and where `number` is.",
    )
    is_gap_kept = fields.BooleanField(
        allow_null=True, help_text="Whether that gap is within the course's bounds; null where there is no gap."
    )
    pain_before = fields.IntegerField(
        source="felt.pain_before", **_SCALE, help_text=f"Pain before the session, 0 to 10; {_ABSENT}"
    )
    pain_after = fields.IntegerField(
        source="felt.pain_after", **_SCALE, help_text=f"Pain after the session, 0 to 10; {_ABSENT}"
    )
    function_score = fields.IntegerField(
        source="felt.function_score", **_SCALE, help_text=f"What the patient is able to do, 0 to 10; {_ABSENT}"
    )


class CourseBenchmarks(StrictSerializer):
    """Figures to look at a course beside. No targets: how many sessions help is the physiotherapist's to say."""

    average_sessions = fields.FloatField(help_text="How many sessions a published course had on average: 8.2.")
    typical_sessions_from = fields.IntegerField(min_value=1, max_value=100, help_text="Typical courses have 8 or more.")
    typical_sessions_until = fields.IntegerField(
        min_value=1, max_value=100, help_text="Typical courses have 10 or fewer."
    )
    source_name = fields.CharField(max_length=200, help_text="Where the figures are from, in the caller's language.")


class CourseProgress(StrictSerializer):
    """How a course goes. Effects add up over sessions: look at the series, not at one visit."""

    course_id = fields.UUIDField(source="course.row.pk", help_text="The course that this is about.")
    planned_sessions = fields.IntegerField(
        source="course.row.planned_sessions", min_value=1, max_value=MOST_SESSIONS, help_text="How many are planned."
    )
    sessions_done = fields.IntegerField(
        source="course.row.sessions_done", min_value=0, max_value=1000, help_text="How many sessions are over."
    )
    sessions_booked = fields.IntegerField(
        source="course.row.sessions_booked", min_value=0, max_value=1000, help_text="How many are booked, not yet over."
    )
    sessions_missed = fields.IntegerField(
        min_value=0, max_value=1000, help_text="How many visits of the course the patient did not come to."
    )
    is_review_due = fields.BooleanField(source="course.row.is_review_due", help_text="As `is_review_due` of getCourse.")
    gaps_kept = fields.IntegerField(
        min_value=0, max_value=1000, help_text="How many gaps between sessions that are over were within bounds."
    )
    gaps_counted = fields.IntegerField(
        min_value=0, max_value=1000, help_text="How many gaps there are between sessions that are over."
    )
    is_redacted = fields.BooleanField(
        source="course.is_redacted", help_text="True where the caller is not shown what patients felt."
    )
    sessions = list_of(
        CourseSession, max_length=1000, help_text="The visits by start, those cancelled or missed among them."
    )
    benchmarks = CourseBenchmarks(help_text="Published figures to show beside the course's own; no targets.")


class GetCourseProgress(Operation):
    """Read how a course goes.

    Its sessions with gaps, pain before and after, and function where signed records say; the desk is shown the sessions
    alone. Published figures stand beside. The audit log keeps who read.
    """

    permission = Permission.COURSE_READ
    returns = CourseProgress

    def handle(self, call: Call, course_id: uuid.UUID) -> Reply:
        """Whoever may see the course; another's is as if absent."""
        found = progress_of(call.actor, course_id)
        note_courses_read(call.actor, seen=[found.course])
        return Reply(_told(found))


def _told(found: Progress) -> dict[str, Any]:
    names = ("course", "sessions", "sessions_missed", "gaps_kept", "gaps_counted")
    benchmarks = {
        "average_sessions": PUBLISHED_AVERAGE,
        "typical_sessions_from": TYPICAL_FROM,
        "typical_sessions_until": TYPICAL_UNTIL,
        "source_name": gettext(_SOURCE),
    }
    return {**{name: getattr(found, name) for name in names}, "benchmarks": benchmarks}

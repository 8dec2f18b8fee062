"""What planning and booking the visits of a course take and answer."""

from backend.appointments.enums import AppointmentStatus, DayPart, RuleCode
from backend.care.api.course_shapes import Course
from backend.care.enums import PlanWarning
from backend.common.http import fields
from backend.common.http.minutes import MinuteField
from backend.common.http.serializers import StrictSerializer, list_of

MOST_VISITS, MOST_CLINICS, MOST_PRACTITIONERS = 20, 5, 20


class CoursePlanRequest(StrictSerializer):
    """What is wished of the visits to come; an empty body plans all that are left."""

    count = fields.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_VISITS,
        help_text="How many visits to plan, at most `sessions_left`; absent: all that are left, 20 at most.",
    )
    clinic_ids = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_CLINICS,
        help_text="The clinics that would do, up to 5; absent or empty: that of the course.",
    )
    practitioner_ids = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_PRACTITIONERS,
        help_text="Who would do, up to 20; absent or empty: who leads the course, and others where that is not enough.",
    )
    from_date = fields.DateField(
        required=False,
        help_text="The first visit is on this local date or up to `max_gap_days` later; absent: as soon as can be.",
    )
    weekdays = fields.ListField(
        child=fields.IntegerField(min_value=1, max_value=7),
        required=False,
        default=list,
        max_length=7,
        help_text="Weekdays that suit, by ISO 8601: 1 is Monday; absent or empty: any.",
    )
    day_parts = fields.ListField(
        child=fields.ChoiceField(DayPart),
        required=False,
        default=list,
        max_length=3,
        help_text="Parts of the day that suit, on the clinic's clock; absent or empty: any.",
    )
    only_preferred = fields.BooleanField(
        required=False,
        default=False,
        help_text="True: no other weekdays and parts of the day than those. False: others where it cannot be helped.",
    )


class CourseAlternative(StrictSerializer):
    """A start that could stand in a visit's place."""

    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset; send it back just as it came.")
    clinic_id = fields.UUIDField(help_text="The clinic at which the visit would be.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone, of the start, too.")
    practitioner_ids = fields.ListField(
        child=fields.UUIDField(), max_length=100, help_text="Everybody who could give the visit then."
    )


class CoursePlannedVisit(StrictSerializer):
    """A session as it could be booked just now. It promises nothing until it is."""

    starts_at = fields.DateTimeField(help_text="The start with the clinic's offset; send it back just as it came.")
    clinic_id = fields.UUIDField(help_text="The clinic of this visit, one of those asked for.")
    practitioner_id = fields.UUIDField(help_text="Who would give the visit; the same for all visits if it can be.")
    is_as_preferred = fields.BooleanField(help_text="Whether weekday and part of the day are among those that suit.")
    alternatives = list_of(
        CourseAlternative,
        max_length=3,
        help_text="What could stand in its place while the others stay: the first start of a part of a day.",
    )


class CoursePlanWarning(StrictSerializer):
    """Why the plan is not what was wished."""

    code = fields.ChoiceField(
        PlanWarning,
        help_text="`clearance_too_short`: it ends before the last visit could be, assess the patient again; "
        "`calendar_full`: within the gaps nothing more is free; `other_practitioner`: not all with who leads the "
        "course; `gap_too_long`: the first comes later than the longest gap after the last session.",
    )
    detail = fields.CharField(max_length=200, help_text="The same for people, in the language asked for.")


class CoursePlan(StrictSerializer):
    """A proposal: visits that can be booked, all of them together, as sessions of the course."""

    course_id = fields.UUIDField(help_text="The course that the visits would be sessions of.")
    is_complete = fields.BooleanField(help_text="Whether these are as many as were asked for; else see `warnings`.")
    gate_code = fields.CharField(
        max_length=40,
        allow_null=True,
        help_text="The rule, one of `RuleCode`, that refuses the patient whatever the start (`review_due`, "
        "`screening_needed`, ...): getEligibility says what to do. Null: none does.",
    )
    min_gap_days = fields.IntegerField(
        min_value=1, max_value=366, help_text="The gap that was kept: the course's, or the service's if longer."
    )
    covered_until_date = fields.DateField(
        allow_null=True, help_text="The last date that a clearance for the region covers; null: none is live."
    )
    visits = list_of(
        CoursePlannedVisit,
        max_length=MOST_VISITS,
        help_text="The visits by start; none: nothing is free, or `gate_code` says what comes first.",
    )
    warnings = list_of(
        CoursePlanWarning, max_length=len(PlanWarning), help_text="Why it is not what was wished; empty if it is."
    )


class CourseVisitRequest(StrictSerializer):
    """One of the visits to book."""

    starts_at = MinuteField(help_text="The start, just as planCourse or listSlots gave it.")
    clinic_id = fields.UUIDField(help_text="The clinic of this visit, as `clinic_id` of planCourse.")
    practitioner_id = fields.UUIDField(
        required=False,
        help_text="Who is to give the visit. Absent: we pick, whoever gives others of them first; null is refused.",
    )


class BookCourseRequest(StrictSerializer):
    """The visits to book together."""

    visits = list_of(
        CourseVisitRequest,
        min_length=1,
        max_length=MOST_VISITS,
        help_text="The visits as they were shown, 1 to 20, and no more than `sessions_left`.",
    )
    accept_partial = fields.BooleanField(
        required=False,
        default=False,
        help_text="False: all of them or none. True: those that can be booked, if any; `conflicts` says what cannot.",
    )
    note = fields.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="What the clinic should know beforehand, with every visit. Not for health questions.",
    )


class CourseBookedVisit(StrictSerializer):
    """A session that was booked. All of it is at getAppointment."""

    appointment_id = fields.UUIDField(source="row.pk", help_text="The visit. It keeps its id for life.")
    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset: its text shows the wall time.")
    timezone = fields.CharField(source="row.timezone", max_length=40, help_text="The clinic's IANA time zone.")
    clinic_id = fields.UUIDField(source="row.clinic_id", help_text="The clinic of this visit.")
    clinic_name = fields.CharField(source="row.clinic.name", max_length=120, help_text="The name of that clinic.")
    practitioner_id = fields.UUIDField(source="row.practitioner_id", help_text="Who gives the visit.")
    practitioner_name = fields.CharField(
        source="row.practitioner", max_length=201, help_text="The name of who gives the visit."
    )
    status = fields.ChoiceField(AppointmentStatus, source="row.status", help_text="Where the visit stands just now.")


class CourseConflict(StrictSerializer):
    """A visit that rules refuse, and what could be booked instead."""

    index = fields.IntegerField(min_value=0, max_value=19, help_text="Its place in `visits` as sent, from zero.")
    starts_at = fields.DateTimeField(help_text="The start that was wanted, with the clinic's offset.")
    clinic_id = fields.UUIDField(help_text="The clinic that it was wanted at.")
    rules = fields.ListField(
        child=fields.ChoiceField(RuleCode), max_length=30, help_text="The rules that refuse whoever comes nearest."
    )
    alternatives = list_of(
        CourseAlternative, max_length=3, help_text="The nearest starts within a week that go with the visits booked."
    )


class CourseBooking(StrictSerializer):
    """Visits of a course that were booked together, and where the course stands now."""

    series_id = fields.UUIDField(help_text="The visits as a series: getSeries reads it, cancelSeries gives it back.")
    course = Course(help_text="The course with these visits.")
    visits = list_of(CourseBookedVisit, max_length=MOST_VISITS, help_text="The visits by start, as they are by now.")
    conflicts = list_of(
        CourseConflict,
        max_length=MOST_VISITS,
        help_text="What could not be booked, with `accept_partial`, and the alternatives of that moment.",
    )

"""Closed lists of the care app."""

from django.db import models


class AssessmentStatus(models.TextChoices):
    """Where an assessment stands: a `draft` is still written, a `signed` one is amended only."""

    DRAFT = "draft"
    SIGNED = "signed"


class AssessmentOutcome(models.TextChoices):
    """What an assessment decides (D8); `undecided` until it does."""

    UNDECIDED = "undecided"
    CANDIDATE = "candidate"
    NOT_A_CANDIDATE = "not_a_candidate"
    REFER_ON = "refer_on"


class Condition(models.TextChoices):
    """How well something does that makes a course of treatment shorter or longer (D14)."""

    NOT_STATED = "not_stated"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Degree(models.TextChoices):
    """How much there is of something that makes a course of treatment longer (D14)."""

    NOT_STATED = "not_stated"
    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Side(models.TextChoices):
    """On which side of the body something is."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


class RecordStatus(models.TextChoices):
    """Where a session record stands: a `draft` changes freely, a `signed` one is amended only."""

    DRAFT = "draft"
    SIGNED = "signed"


class AdviceRegion(models.TextChoices):
    """The part of the body that advice is for; `any` where there is none for the region itself."""

    ANY = "any"
    LOWER_BACK = "lower_back"
    NECK = "neck"
    SHOULDER = "shoulder"
    HIP = "hip"
    OTHER = "other"


class AdviceStatus(models.TextChoices):
    """Where a version stands, in this order: written, approved by a physiotherapist, shown to patients, followed by
    another."""

    DRAFT = "draft"
    APPROVED = "approved"
    ACTIVE = "active"
    RETIRED = "retired"


class AdviceTopic(models.TextChoices):
    """What a line of advice is about. Members may be added: show the line of an unknown one."""

    SORENESS = "soreness"
    LIGHT_HEADED = "light_headed"
    WATER = "water"
    HOT_BATH = "hot_bath"
    COLD = "cold"
    HEAT = "heat"
    EXERCISE = "exercise"
    WHEN_TO_CALL = "when_to_call"
    OTHER = "other"


class CheckInPoint(models.TextChoices):
    """When the patient is asked how they are, counted from the end of the visit (D21)."""

    AFTER_24_HOURS = "after_24_hours"
    AFTER_48_HOURS = "after_48_hours"


class CheckInState(models.TextChoices):
    """Where a check-in stands: still to come, to be answered now, answered, or past without an answer."""

    UPCOMING = "upcoming"
    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"


class AlarmSymptom(models.TextChoices):
    """What is alarming after needling. Members may be added: treat an unknown one as alarming."""

    CHEST_PAIN = "chest_pain"
    SHORT_OF_BREATH = "short_of_breath"
    FAINTING = "fainting"
    FEVER = "fever"
    SPREADING_REDNESS = "spreading_redness"
    NUMBNESS_OR_WEAKNESS = "numbness_or_weakness"
    SEVERE_PAIN = "severe_pain"
    OTHER = "other"


class CourseStatus(models.TextChoices):
    """Where a course stands: `planned` until its first visit is booked, then `active`; `completed` once closed with all
    sessions done, else `ended_early`."""

    PLANNED = "planned"
    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"


OPEN_STATUSES = (CourseStatus.PLANNED, CourseStatus.ACTIVE)


class CourseEnd(models.TextChoices):
    """Why a course was closed; `none` while it is open."""

    NONE = "none"
    GOAL_REACHED = "goal_reached"
    NO_BENEFIT = "no_benefit"
    WORSE = "worse"
    REFERRED_ON = "referred_on"
    PATIENT_CHOICE = "patient_choice"
    OTHER = "other"


class ReviewOutcome(models.TextChoices):
    """What a review decides: the course goes on as planned, is planned longer, or ends."""

    CONTINUE = "continue"
    EXTEND = "extend"
    FINISH = "finish"


class PlanWarning(models.TextChoices):
    """Why a plan is not what was wished. Members may be added: show `detail` for an unknown one."""

    CLEARANCE_TOO_SHORT = "clearance_too_short"
    CALENDAR_FULL = "calendar_full"
    OTHER_PRACTITIONER = "other_practitioner"
    GAP_TOO_LONG = "gap_too_long"

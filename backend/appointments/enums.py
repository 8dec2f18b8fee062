"""Closed lists of the appointments app."""

from enum import StrEnum

from django.db import models


class Status(models.TextChoices):
    """Where a visit stands. `held` and `expired` are holds, never shown as appointments (R6)."""

    HELD = "held"
    EXPIRED = "expired"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class AppointmentStatus(StrEnum):
    """The states that a visit is ever shown in; holds are not visits (R6)."""

    BOOKED = Status.BOOKED.value
    CONFIRMED = Status.CONFIRMED.value
    CHECKED_IN = Status.CHECKED_IN.value
    IN_PROGRESS = Status.IN_PROGRESS.value
    COMPLETED = Status.COMPLETED.value
    CANCELLED = Status.CANCELLED.value
    NO_SHOW = Status.NO_SHOW.value


HOLD_STATUSES = (Status.HELD, Status.EXPIRED)
# What occupies time: the three exclusion constraints and the busy index are partial on exactly these.
BLOCKING_STATUSES = (Status.HELD, Status.BOOKED, Status.CONFIRMED, Status.CHECKED_IN, Status.IN_PROGRESS)
# What can still be moved: from arrival on the visit is where it is.
MOVABLE_STATUSES = (Status.BOOKED, Status.CONFIRMED)


class CancelReason(models.TextChoices):
    """Why a visit was cancelled; `none` while it was not."""

    NONE = "none"
    BETTER = "better"
    WORSE = "worse"
    ILL = "ill"
    SCHEDULE = "schedule"
    COST = "cost"
    CLINIC = "clinic"
    OTHER = "other"


class Happening(models.TextChoices):
    """What happened to a visit: a state was entered, it was moved, its note or the law of its clock was changed."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    RESCHEDULED = "rescheduled"
    UPDATED = "updated"
    CLOCK_CHANGED = "clock_changed"


class Party(models.TextChoices):
    """On whose side somebody acted."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    STAFF = "staff"
    SYSTEM = "system"


class RuleClass(models.TextChoices):
    """Whether staff with the right may set a rule aside with a reason (`soft`) or nobody may (`hard`) (R3)."""

    HARD = "hard"
    SOFT = "soft"


class RuleCode(models.TextChoices):
    """Why a start cannot be booked (R3); the same codes in booking errors and explanations.

    Members may be added: show `detail` for an unknown one.
    """

    OUTSIDE_HOURS = "outside_hours"
    CLINIC_CLOSED = "clinic_closed"
    PRACTITIONER_AWAY = "practitioner_away"
    PRACTITIONER_BUSY = "practitioner_busy"
    PATIENT_BUSY = "patient_busy"
    PRACTITIONER_INACTIVE = "practitioner_inactive"
    NOT_OFFERED = "not_offered"
    CREDENTIAL_MISSING = "credential_missing"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OFF_GRID = "off_grid"
    NO_ROOM = "no_room"
    ONLINE_BOOKING_OFF = "online_booking_off"
    SPACING_TOO_SHORT = "spacing_too_short"
    SCREENING_NEEDED = "screening_needed"
    SCREENING_BLOCKED = "screening_blocked"
    ASSESSMENT_NEEDED = "assessment_needed"
    CONSENT_NEEDED = "consent_needed"
    REVIEW_DUE = "review_due"
    DESK_MUST_BOOK = "desk_must_book"
    HOLD_LIMIT = "hold_limit"


class WaitlistStatus(models.TextChoices):
    """Where a wait-list entry stands. The first two are live; `left`, `booked` and `expired` are ends."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    EXPIRED = "expired"


LIVE_STATUSES = (WaitlistStatus.WAITING, WaitlistStatus.OFFERED)


class OfferStatus(models.TextChoices):
    """What became of a time that was offered; `withdrawn`: the entry was taken off the list meanwhile."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class GateStatus(models.TextChoices):
    """What a patient must do before a service can be booked."""

    OPEN = "open"
    NEEDS_SCREENING = "needs_screening"
    BLOCKED = "blocked"
    NEEDS_ASSESSMENT = "needs_assessment"
    NEEDS_CONSENT = "needs_consent"
    REVIEW_DUE = "review_due"
    DESK_MUST_BOOK = "desk_must_book"


class DayPart(models.TextChoices):
    """A part of the day on the clinic's wall clock: until noon, until five, after that."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class WaitsFor(models.TextChoices):
    """Who has to act before a service can be booked."""

    PATIENT = "patient"
    CLINIC = "clinic"


class AssessmentState(models.TextChoices):
    """Where the assessment stands that a service asks for first (D7)."""

    NOT_NEEDED = "not_needed"
    TO_BOOK = "to_book"
    BOOKED = "booked"
    AWAITING_DECISION = "awaiting_decision"
    NOT_CLEARED = "not_cleared"

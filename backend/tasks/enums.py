"""Closed lists of the tasks app."""

from django.db import models


class TaskKind(models.TextChoices):
    """What there is to do. Apps above name theirs here, so that clients know all of them."""

    CREDENTIAL_EXPIRING = "credential_expiring"
    VISIT_UNRESOLVED = "visit_unresolved"
    VISIT_AT_RISK = "visit_at_risk"
    VISIT_TIME_CONFLICT = "visit_time_conflict"
    SCREENING_REVIEW = "screening_review"
    SCREENING_DUE = "screening_due"
    ASSESSMENT_DUE = "assessment_due"
    CHECK_IN_REVIEW = "check_in_review"
    CHECK_IN_MISSED = "check_in_missed"
    COURSE_REVIEW = "course_review"


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"

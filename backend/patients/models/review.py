"""When a course of treatment waits for its review, as booking has to know it (R14)."""

from django.db import models

from backend.clinics.models import Service
from backend.common.models import Row
from backend.patients.models.people import Patient


class ReviewPoint(Row):
    """The review of one course of a patient. Kept up by the app above that keeps courses, so what it names of apps
    above are bare ids.

    Due once the visit `due_after_id` is completed, until it moves on or is absent: nothing is to be reviewed then.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    course_id = models.UUIDField()
    due_after_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course_id"], name="review_point_is_of_one_course")]

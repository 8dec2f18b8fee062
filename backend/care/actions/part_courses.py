"""Taking visits out of courses that are another patient's."""

import uuid
from collections.abc import Collection

from django.db import connection
from django.db.models import F

from backend.care.actions._course import keep_review_point
from backend.care.models import Course, CourseVisit


def part_courses(*, patient_ids: Collection[uuid.UUID]) -> int:
    """After records were taken apart: a visit of one patient is no session of the other's course. How many were.

    Inside the door of the patients.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("courses are parted in the transaction of what parts them")
    strange = CourseVisit.objects.filter(course__patient__in=patient_ids).exclude(
        appointment__patient=F("course__patient")
    )
    links = list(strange.values_list("pk", "course_id"))
    CourseVisit.objects.filter(pk__in=[link for link, _ in links]).delete()
    for course in Course.objects.filter(pk__in={course for _, course in links}).order_by("pk"):
        keep_review_point(course)
    return len(links)

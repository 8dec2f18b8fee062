"""Parting the courses of two patients, with their visits and clearances."""

import uuid
from collections.abc import Collection

from django.db import connection
from django.db.models import F

from backend.care.actions._course import change, keep_review_point
from backend.care.models import Course, CourseVisit
from backend.patients.models import Clearance


def part_courses(*, patient_ids: Collection[uuid.UUID]) -> int:
    """After records were taken apart: a visit of one patient is no session of the other's course. How many were.

    A course rests on a clearance of its own patient; where they never had one, it goes to who was cleared. Inside the
    door of the patients.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("courses are parted in the transaction of what parts them")
    _rest_on_own_clearances(patient_ids)
    strange = CourseVisit.objects.filter(course__patient__in=patient_ids).exclude(
        appointment__patient=F("course__patient")
    )
    links = list(strange.values_list("pk", "course_id"))
    CourseVisit.objects.filter(pk__in=[link for link, _ in links]).delete()
    for course in Course.objects.filter(pk__in={course for _, course in links}).order_by("pk"):
        keep_review_point(course)
    return len(links)


def _rest_on_own_clearances(patient_ids: Collection[uuid.UUID]) -> None:
    courses = Course.objects.filter(patient__in=patient_ids).exclude(clearance__patient=F("patient"))
    for course in courses.select_related("clearance").order_by("pk"):
        own = Clearance.objects.filter(
            patient=course.patient_id, discipline=course.clearance.discipline, region=course.region
        )
        newest = own.order_by(F("ended_at").desc(nulls_first=True), "-valid_until").first()
        if newest:
            change(course, clearance=newest)
        else:
            change(course, patient_id=course.clearance.patient_id)
            keep_review_point(course)

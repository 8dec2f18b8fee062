"""Valid calls about courses of treatment, and the courses that everybody has before."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.models import Course, CourseVisit
from backend.patients.models import Clearance
from tests.cast import FRI
from tests.policy.world import ABSENT, World

Parts = dict[str, Any]
Aim = Callable[[World, str, str], Parts]
Ready = Callable[[World], None]
DISTANCES = ("own", "same_clinic", "other_clinic", "absent")


def planned(world: World) -> None:
    """Every visit is the session of a course that its practitioner leads; nobody minds how near they are."""
    today = world.cast.now.date()
    for visit in Appointment.objects.filter(pk__in=[visit.pk for visit in world.visits.values()]):
        of = {"patient_id": visit.patient_id, "region": "lower_back"}
        until = today + timedelta(days=300)
        clearance = Clearance.objects.create(
            **of, valid_from=today, valid_until=until, granted_by=world.cast.owner, discipline="physiotherapy"
        )
        Clearance.objects.create(**of, valid_from=today, valid_until=until, granted_by=world.cast.owner)
        where = {name: getattr(visit, name) for name in ("service_id", "clinic_id", "practitioner_id")}
        plan = {"planned_sessions": 10, "min_gap_days": 1, "max_gap_days": 14, "clearance": clearance}
        course = Course.objects.create(**of, **where, **plan, opened_at=world.cast.now, opened_by=world.cast.owner)
        CourseVisit.objects.create(course=course, appointment=visit)


def done(world: World) -> None:
    """The session of each is over."""
    planned(world)
    world.move_visits(Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED)


def at_large(**parts: Any) -> Aim:
    """At the chain."""

    def aim(world: World, actor: str, target: str) -> Parts:
        return dict(parts)

    return aim


def at_course(**parts: Any) -> Aim:
    """At the course of the visit at that distance."""

    def aim(world: World, actor: str, target: str) -> Parts:
        course = Course.objects.filter(visits__appointment_id=world.visit(actor, target)).first()
        return {"path": {"course_id": course.pk if course else ABSENT}, **parts}

    return aim


def new_course(world: World, actor: str, target: str) -> Parts:
    """Of IMS at Coquitlam: of follow-ups everybody has a course already."""
    cast = world.cast
    about = {"service_id": str(cast.ims_treatment.pk), "clinic_id": str(cast.coquitlam.pk), "region": "lower_back"}
    return {"body": {"patient_id": str(world.person(actor, target)), **about, "planned_sessions": 10}}


def book(world: World, actor: str, target: str) -> Parts:
    """A free Friday at the actor's clinic."""
    clinic = world.home(actor)
    visit = {"clinic_id": str(clinic.pk), "starts_at": world.cast.at(clinic, FRI, "09:00").isoformat()}
    return at_course(body={"visits": [visit]}, key="a-key")(world, actor, target)


COURSES: Mapping[str, tuple[Aim, tuple[str, ...], Ready]] = {
    "listCourses": (at_large(), ("any",), planned),
    "createCourse": (new_course, DISTANCES, planned),
    "getCourse": (at_course(), DISTANCES, planned),
    "getCourseProgress": (at_course(), DISTANCES, planned),
    "planCourse": (at_course(body={"count": 1}), DISTANCES, planned),
    "bookCourse": (book, DISTANCES, planned),
    "closeCourse": (at_course(body={"reason": "goal_reached"}), DISTANCES, planned),
    "reviewCourse": (at_course(body={"outcome": "continue"}), DISTANCES, done),
}

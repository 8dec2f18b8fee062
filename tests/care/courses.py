"""What the tests of courses send, and how they look at what comes back."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.care.models import Course, CourseVisit
from backend.clinics.models import Room
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner
from tests.appointments.calls import api, made
from tests.appointments.rows import WAYS, add_visit
from tests.cast import TUE, Cast
from tests.policy.traces import fingerprint

COURSES = "/v1/courses"
WEEK = timedelta(days=7)
Person = User | Patient | Practitioner


def terms(cast: Cast, **more: Any) -> dict[str, Any]:
    """Ten sessions for the cleared patient, led by `ims` at Coquitlam."""
    usual = {
        "patient_id": str(cast.cleared.pk),
        "service_id": str(cast.ims_treatment.pk),
        "clinic_id": str(cast.coquitlam.pk),
        "region": "lower_back",
        "planned_sessions": 10,
    }
    return {**usual, **more}


def open_course(cast: Cast, **more: Any) -> dict[str, Any]:
    """A course of the cleared patient."""
    return made(api(cast.ims).post(COURSES, terms(cast, **more)))


def post(who: Person, course: dict[str, Any], verb: str, body: Any = None, **options: Any) -> Any:
    """`/plan`, `/book`, `/close` or `/review` of the course; booking gets a key of its own unless one is given."""
    if verb == "book":
        options.setdefault("key", str(uuid.uuid4()))
    return api(who).post(f"{COURSES}/{course['id']}/{verb}", body, **options)


def plan(who: Person, course: dict[str, Any], **wish: Any) -> dict[str, Any]:
    """What is proposed."""
    answer = post(who, course, "plan", wish)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def to_book(planned: dict[str, Any]) -> list[dict[str, Any]]:
    """The visits of a plan as they are sent to be booked."""
    names = ("starts_at", "clinic_id", "practitioner_id")
    return [{name: visit[name] for name in names} for visit in planned["visits"]]


def book_planned(who: Person, course: dict[str, Any], **wish: Any) -> dict[str, Any]:
    """What was proposed is booked."""
    return made(post(who, course, "book", {"visits": to_book(plan(who, course, **wish))}))


def days(told: dict[str, Any]) -> list[date]:
    """The local dates of visits."""
    return [datetime.fromisoformat(visit["starts_at"]).date() for visit in told["visits"]]


def read(who: Person, course: dict[str, Any], tail: str = "") -> dict[str, Any]:
    """The course as somebody sees it."""
    answer = api(who).get(f"{COURSES}/{course['id']}{tail}")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def add_session(cast: Cast, course: dict[str, Any], *, weeks_ago: int, status: str = "completed") -> Appointment:
    """A session of the course on a Tuesday of the past."""
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    at = cast.at(cast.coquitlam, TUE, "10:00", week=-weeks_ago)
    about: dict[str, Any] = {"service": cast.ims_treatment, "practitioner": cast.ims, "room": room}
    visit = add_visit(**about, patient=cast.cleared, starts_at=at, status=status)
    CourseVisit.objects.create(course_id=course["id"], appointment=visit)
    Course.objects.filter(pk=course["id"], status="planned").update(status="active")
    return visit


def complete(visit_id: Any) -> None:
    """Take a visit to its end past our code."""
    for status in WAYS["completed"]:
        Appointment.objects.filter(pk=visit_id).update(status=status)


def traces() -> dict[str, Any]:
    """What is in the tables, but for who is signed in."""
    return {name: rows for name, rows in fingerprint().items() if not name.startswith("accounts_")}

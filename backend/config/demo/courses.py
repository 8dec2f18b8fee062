"""The courses of the named patients: ten sessions each, some of them over (api §9)."""

from datetime import date, datetime, timedelta

from backend.accounts.models import User
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.actions._course import attach
from backend.care.models import Course
from backend.care.queries.course_sessions import review_key
from backend.config.demo.draft import Draft
from backend.config.demo.patients import Patients
from backend.config.demo.places import Places
from backend.config.demo.services import Services
from backend.config.demo.staff import Staff
from backend.patients.models import Clearance
from backend.tasks.enums import TaskKind
from backend.tasks.models import Task


def add_courses(
    draft: Draft,
    patients: Patients,
    staff: Staff,
    places: Places,
    services: Services,
    *,
    leader: User,
    now: datetime,
    today: date,
) -> None:
    """Draft the course of the cleared, and that of the other, which has come to its review, with the task of it."""
    clearances = {clearance.patient: clearance for clearance in draft.of(Clearance)}
    courses = [
        draft.add(
            Course(
                patient=patient,
                service=services.ims_treatment,
                clinic=places.coquitlam,
                practitioner=staff.ims,
                clearance=clearances[patient],
                region=clearances[patient].region,
                planned_sessions=10,
                review_after_session=review_after,
                opened_at=now - timedelta(days=45),
                opened_by=leader,
            )
        )
        for patient, review_after in ((patients.cleared, 3), (patients.review, 4))
    ]
    _add_review(draft, courses[1], today=today)


def _add_review(draft: Draft, course: Course, *, today: date) -> None:
    draft.add(
        Task(
            clinic=course.clinic,
            kind=TaskKind.COURSE_REVIEW,
            text="Review the patient's course of treatment: session 4 is over.",
            due_date=today + timedelta(days=1),
            dedupe_key=review_key(course),
            patient_id=course.patient_id,
            practitioner_id=course.practitioner_id,
        )
    )


def link_courses(draft: Draft) -> None:
    """Let the treatments that are over be their sessions, once visits and courses are written."""
    for course in draft.of(Course):
        visits = Appointment.objects.filter(
            patient_id=course.patient_id, service_id=course.service_id, status=Status.COMPLETED
        )
        attach(course, visits.order_by("starts_at"))

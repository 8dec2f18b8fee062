"""An assessment that took place and that nobody has signed is on the list of who gave it."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment
from backend.care.actions.ask_for_assessment import ask_for_assessment
from backend.tasks.models import Task
from tests.appointments.calls import VISITS, api
from tests.appointments.rows import add_visit
from tests.care.assessments import FOUND, assessments_of, signed
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    """An assessment that goes on."""
    about: dict[str, Any] = {"service": cast.ims_assessment, "practitioner": cast.ims, "patient": cast.patient}
    room, start = cast.coquitlam.rooms.get(kind="consultation"), cast.now.replace(second=0, microsecond=0)
    return add_visit(**about, room=room, starts_at=start - timedelta(hours=1), status="in_progress")


def asked() -> list[Task]:
    return list(Task.objects.filter(kind="assessment_due"))


def complete(cast: Cast, visit: Appointment) -> None:
    assert api(cast.desk_coquitlam).post(f"{VISITS}/{visit.pk}/complete").status_code == 200
    run_jobs()


def test_the_practitioner_is_asked_once_and_the_signature_settles_it(cast: Cast, visit: Appointment) -> None:
    complete(cast, visit)
    assert ask_for_assessment(appointment_id=visit.pk) == 0
    [task] = asked()
    assert (task.practitioner_id, task.patient_id, task.appointment_id) == (cast.ims.pk, cast.patient.pk, visit.pk)
    assert (task.status, task.due_date) == ("open", date.fromisoformat(visit.local_start[:10]) + timedelta(days=2))
    body = {"clinic_id": str(cast.coquitlam.pk), "appointment_id": str(visit.pk), **FOUND}
    begun = api(cast.ims).post(assessments_of(cast.patient), body).json()
    assert [one.status for one in asked()] == ["open"]
    assert api(cast.ims).post(f"/v1/assessments/{begun['id']}/sign").status_code == 200
    [task] = asked()
    assert (task.status, task.done_by) == ("done", None)


def test_nobody_is_asked_for_what_is_signed_already_or_was_no_assessment(cast: Cast, visit: Appointment) -> None:
    signed(cast, cast.patient, outcome="refer_on")
    complete(cast, visit)
    assert asked() == []
    about: dict[str, Any] = {"service": cast.physio_follow_up, "practitioner": cast.physio, "patient": cast.child}
    room = cast.coquitlam.rooms.filter(kind="treatment")[0]
    other = add_visit(**about, room=room, starts_at=visit.starts_at, status="in_progress")
    complete(cast, other)
    assert asked() == []

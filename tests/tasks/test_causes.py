"""What opens tasks: visits that are over while nobody has said how they went, and credentials near their end."""

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app

from backend.appointments.models import Appointment
from backend.clinics.consequences import Scope, changing
from backend.clinics.models import Closure
from backend.common.models import ClockOffset
from backend.tasks.models import Task
from tests.appointments.rows import add_visit, change
from tests.cast import MON, Cast
from tests.jobs import run_jobs
from tests.practitioners.test_credentials import ending

pytestmark = pytest.mark.django_db
STATUSES = ("booked", "confirmed", "checked_in", "in_progress", "completed", "no_show", "cancelled", "held", "expired")


def go_round() -> None:
    app.tasks["appointments.flag_unresolved"].func(timestamp=0)


@pytest.fixture
def visits(cast: Cast) -> dict[str, Appointment]:
    """A visit in each state, from nine o'clock on Monday, one after the other."""
    room = cast.coquitlam.rooms.order_by("name")[0]
    facts: dict[str, Any] = {"service": cast.physio_follow_up, "practitioner": cast.physio, "patient": cast.patient}
    start = cast.at(cast.coquitlam, MON, "09:00")
    return {
        status: add_visit(
            **facts,
            room=room,
            starts_at=start + timedelta(minutes=30 * number),
            status=status,
            hold_expires_at=cast.now + timedelta(days=60) if status in ("held", "expired") else None,
        )
        for number, status in enumerate(STATUSES)
    }


@pytest.fixture
def clock(cast: Cast) -> Any:
    def move(**after: int) -> None:
        offset = cast.at(cast.coquitlam, MON, "09:00") - cast.now + timedelta(**after)
        ClockOffset.objects.update_or_create(id=True, defaults={"offset": offset})

    return move


def open_now(visits: dict[str, Appointment]) -> set[str]:
    found = Task.objects.filter(status="open", kind="visit_unresolved")
    names: dict[Any, str] = {visit.pk: name for name, visit in visits.items()}
    return {names[task.appointment_id] for task in found}


def test_a_visit_that_is_over_asks_the_desk_what_became_of_it(cast: Cast, visits: Any, clock: Any) -> None:
    go_round()
    assert open_now(visits) == set(), "none has begun"
    clock(minutes=29)
    go_round()
    assert open_now(visits) == set(), "the first still runs"
    clock(minutes=31)
    go_round()
    assert open_now(visits) == {"booked"}
    clock(hours=8)
    go_round()
    assert open_now(visits) == {"booked", "confirmed"}
    clock(hours=16)
    for _ in range(2):
        go_round()
        assert open_now(visits) == {"booked", "confirmed", "checked_in", "in_progress"}
    assert Task.objects.count() == 4
    visit = visits["booked"]
    task = Task.objects.get(appointment_id=visit.pk)
    about = (task.clinic_id, task.patient_id, task.practitioner_id)
    assert about == (visit.clinic_id, visit.patient_id, cast.physio.pk)
    assert str(task.due_date) == visit.local_start[:10]
    assert visit.local_start.replace("T", " ") in task.text
    assert {Appointment.objects.get(pk=visit.pk).status for visit in visits.values()} == set(STATUSES), "all as before"


def test_a_visit_that_is_resolved_settles_its_task(cast: Cast, visits: Any, clock: Any) -> None:
    clock(hours=8)
    go_round()
    change(visits["booked"], status="no_show")
    for _ in range(2):
        go_round()
        assert open_now(visits) == {"confirmed"}
    task = Task.objects.get(appointment_id=visits["booked"].pk)
    assert (task.status, task.done_by) == ("done", None)


def test_a_task_that_was_completed_is_not_opened_again(visits: Any, clock: Any) -> None:
    clock(hours=8)
    go_round()
    Task.objects.update(status="done", done_at=visits["booked"].starts_at)
    go_round()
    assert open_now(visits) == set()


def test_each_clinic_of_a_practitioner_is_asked_for_a_renewal_once_a_warning(cast: Cast) -> None:
    credential = ending(cast, cast.ims, 30)
    for days, urgent in ((0, [False, False]), (0, [False, False]), (23, [False, False, True, True])):
        ClockOffset.objects.update_or_create(id=True, defaults={"offset": timedelta(days=days)})
        app.tasks["practitioners.warn_expiring"].func(timestamp=0)
        run_jobs()
        tasks = list(Task.objects.filter(kind="credential_expiring").order_by("is_urgent", "pk"))
        assert [task.is_urgent for task in tasks] == urgent
        assert {task.clinic_id for task in tasks} == {cast.coquitlam.pk, cast.langley.pk}
        assert {(task.credential_id, task.due_date) for task in tasks} == {(credential.pk, _end(credential))}


def _end(credential: Any) -> Any:
    credential.refresh_from_db()
    return credential.valid_until


def at_risk() -> list[tuple[str, Any]]:
    found = Task.objects.filter(kind="visit_at_risk").order_by("created_at", "pk")
    return [(task.status, task.appointment_id) for task in found]


def closed(cast: Cast, *, dry_run: bool = False) -> None:
    day = cast.day(cast.coquitlam, MON)
    with changing(Scope(clinic_ids=frozenset({cast.coquitlam.id})), dry_run=dry_run):
        Closure.objects.create(clinic=cast.coquitlam, first_date=day, last_date=day, reason="flood")


def test_a_change_that_breaks_a_visit_asks_the_desk_to_see_to_it(cast: Cast, visits: Any) -> None:
    closed(cast, dry_run=True)
    assert at_risk() == [], "only asked"
    closed(cast)
    broken = {visits[status].pk for status in ("booked", "confirmed", "checked_in", "in_progress")}
    assert {visit_id for _, visit_id in at_risk()} == broken
    assert len(at_risk()) == len(broken)
    task = Task.objects.get(appointment_id=visits["booked"].pk)
    local = visits["booked"].local_start
    assert task.text == f"Move, reassign or cancel: {local.replace('T', ' ')}, {cast.physio}: clinic_closed."
    assert (task.clinic_id, str(task.due_date), task.practitioner_id) == (cast.coquitlam.pk, local[:10], cast.physio.pk)


def test_its_task_is_settled_when_nothing_is_wrong_any_more_and_opened_anew_when_it_breaks_again(
    cast: Cast, visits: Any
) -> None:
    closed(cast)
    app.tasks["appointments.settle_at_risk"].func(timestamp=0)
    assert {status for status, _ in at_risk()} == {"open"}
    change(visits["booked"], status="cancelled", cancelled_at=cast.now, cancel_reason="clinic")
    app.tasks["appointments.settle_at_risk"].func(timestamp=0)
    assert {visit_id for status, visit_id in at_risk() if status == "done"} == {visits["booked"].pk}
    with changing(Scope(clinic_ids=frozenset({cast.coquitlam.id}))):
        Closure.objects.all().delete()
    app.tasks["appointments.settle_at_risk"].func(timestamp=0)
    assert {status for status, _ in at_risk()} == {"done"}
    closed(cast)
    assert sorted(status for status, _ in at_risk()) == ["done"] * 4 + ["open"] * 3

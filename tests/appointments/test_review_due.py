"""A course that waits for its review: everybody who asks is told the same, and visits that are booked stay (R14)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment
from backend.clinics.models import Room
from backend.patients.models import ReviewPoint
from backend.tasks.models import Task
from tests.appointments.calls import HOLDS, VISITS, api, book, refusal, rules, wish
from tests.appointments.rows import WAYS, add_visit, change
from tests.appointments.test_pathway_flags import at_risk, go_round
from tests.cast import TUE, Cast

pytestmark = pytest.mark.django_db


def treatment(cast: Cast, *, week: int) -> dict[str, Any]:
    at = cast.at(cast.coquitlam, TUE, "10:00", week=week)
    return wish(cast.ims_treatment, cast.coquitlam, at, practitioner_id=cast.ims)


@pytest.fixture
def point(cast: Cast) -> ReviewPoint:
    """The review falls due after a treatment of last week, which has yet to be told over."""
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    at = cast.at(cast.coquitlam, TUE, "10:00", week=-2)
    about: dict[str, Any] = {"service": cast.ims_treatment, "practitioner": cast.ims, "room": room}
    visit = add_visit(**about, patient=cast.cleared, starts_at=at)
    course = {"patient": cast.cleared, "service": cast.ims_treatment, "course_id": uuid.uuid4()}
    return ReviewPoint.objects.create(**course, due_after_id=visit.pk)


def fall_due(point: ReviewPoint) -> None:
    assert point.due_after_id
    for status in WAYS["completed"]:
        Appointment.objects.filter(pk=point.due_after_id).update(status=status)


def test_all_who_ask_are_told_the_same_from_the_moment_the_session_is_over(cast: Cast, point: ReviewPoint) -> None:
    client, service = api(cast.cleared), {"service": "ims-treatment"}
    booked = book(client, treatment(cast, week=2))
    held = client.post(HOLDS, treatment(cast, week=3)).json()
    assert client.get("/v1/slots", service).json()["gate"]["status"] == "open"
    fall_due(point)
    listed = client.get("/v1/slots", service).json()
    assert (listed["gate"]["status"], listed["gate"]["code"], listed["results"]) == ("review_due", "review_due", [])
    wanted = treatment(cast, week=5)
    start = {"clinic": cast.coquitlam.pk, "starts_at": wanted["starts_at"]}
    told = client.get("/v1/slots/explain", {**service, **start}).json()["rules"]
    assert [(one["code"], one["class"]) for one in told if not one["passes"]] == [("review_due", "soft")]
    eligible = client.get(f"/v1/patients/{cast.cleared.pk}/eligibility", service).json()
    assert [(one["code"], one["waits_for"]) for one in eligible["missing"]] == [("review_due", "clinic")]
    assert rules(client.post(HOLDS, wanted)) == ["review_due"]
    assert rules(client.post(VISITS, wanted, key="a")) == ["review_due"]
    assert rules(client.post(VISITS, {"hold_id": held["id"]}, key="b")) == ["review_due"]
    moved = client.post(f"{VISITS}/{booked['id']}/reschedule", {"starts_at": wanted["starts_at"]})
    assert rules(moved) == ["review_due"]
    checked_in = api(cast.desk_coquitlam).post(f"{VISITS}/{booked['id']}/check-in")
    assert (refusal(checked_in), rules(checked_in)) == ((422, "check_in_refused"), ["review_due"])
    change(point, due_after_id=None)
    assert client.get("/v1/slots", service).json()["gate"]["status"] == "open"
    assert api(cast.desk_coquitlam).post(f"{VISITS}/{booked['id']}/check-in").json()["status"] == "checked_in"


def test_staff_book_all_the_same_and_say_why(cast: Cast, point: ReviewPoint) -> None:
    fall_due(point)
    body = {**treatment(cast, week=2), "patient_id": str(cast.cleared.pk)}
    desk = api(cast.desk_coquitlam)
    assert rules(desk.post(VISITS, body, key="a")) == ["review_due"]
    reason = {"code": "review_due", "reason": "The review is at this visit"}
    assert book(desk, {**body, "overrides": [reason]})["overrides"] == [reason]


def test_visits_that_are_booked_stay_and_are_at_risk_until_the_review(cast: Cast, point: ReviewPoint) -> None:
    book(api(cast.cleared), treatment(cast, week=2))
    other = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "14:00", week=3))
    book(api(cast.cleared), other)
    assert at_risk(cast) == []
    fall_due(point)
    assert at_risk(cast) == [["review_due"]]
    change(point, due_after_id=None)
    assert at_risk(cast) == []
    go_round("appointments.settle_at_risk")
    assert not Task.objects.filter(kind="visit_at_risk", status="open").exists()


def test_it_binds_the_patient_and_the_service_alone(cast: Cast, point: ReviewPoint) -> None:
    fall_due(point)
    follow_up = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "14:00"))
    book(api(cast.cleared), follow_up)
    gone = cast.now + timedelta(days=1)
    assert Appointment.objects.filter(patient=cast.cleared, starts_at__gt=gone).exists()
    change(point, patient=cast.patient)
    book(api(cast.cleared), treatment(cast, week=2))

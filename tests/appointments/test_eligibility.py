"""What a patient still needs, in words, codes and calls; and the gate of search, which says the first of it, always."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.appointments.availability.gate import STATUSES
from backend.appointments.models import Appointment
from backend.clinics.models import Room
from backend.patients.models import Clearance, Consent, ReviewPoint, Screening
from tests.appointments.calls import api
from tests.appointments.rows import add_visit, change
from tests.cast import MON, TUE, Cast
from tests.policy.traces import undone

pytestmark = pytest.mark.django_db


def eligibility(cast: Cast, service: str = "ims-treatment", **options: Any) -> dict[str, Any]:
    path = f"/v1/patients/{cast.cleared.pk}/eligibility"
    found: dict[str, Any] = api(cast.cleared).get(path, {"service": service}, **options).json()
    return found


def codes(body: dict[str, Any]) -> list[str]:
    return [step["code"] for step in body["missing"]]


def test_who_lacks_nothing_looks_for_a_time(cast: Cast) -> None:
    found = eligibility(cast)
    assert (found["missing"], found["gate"]["status"], found["assessment"]) == ([], "open", "not_needed")
    assert found["next_operation_id"] == "listSlots"
    assert api(cast.cleared).get(found["next_path"]).json()["results"]


def test_all_that_is_missing_is_told_in_order_with_calls_that_answer(cast: Cast) -> None:
    Clearance.objects.all().delete()
    Consent.objects.all().delete()
    Screening.objects.all().delete()
    found = eligibility(cast)
    assert codes(found) == ["screening_needed", "assessment_needed", "consent_needed"]
    assert [step["operation_id"] for step in found["missing"]] == ["createScreening", "listSlots", "createConsent"]
    assert {step["waits_for"] for step in found["missing"]} == {"patient"}
    assert (found["next_operation_id"], found["next_path"]) == (
        "createScreening",
        f"/v1/patients/{cast.cleared.pk}/screenings",
    )
    for step in found["missing"]:
        assert api(cast.cleared).get(step["path"]).status_code == 200
    french = eligibility(cast, headers={"Accept-Language": "fr"})
    assert french["missing"][0]["remedy"] == "Répondez aux questions de santé."


def test_answers_that_wait_for_a_physiotherapist_leave_the_patient_nothing_to_call(cast: Cast) -> None:
    change(Screening.objects.get(patient=cast.cleared), outcome="ask_clinician")
    found = eligibility(cast)
    assert (codes(found), found["missing"][0]["waits_for"]) == (["screening_blocked"], "clinic")
    assert (found["gate"]["status"], found["next_operation_id"], found["next_path"]) == ("blocked", None, None)


def test_an_assessment_is_booked_then_awaits_the_decision(cast: Cast) -> None:
    Clearance.objects.all().delete()
    assert eligibility(cast)["assessment"] == "to_book"
    room = Room.objects.get(clinic=cast.coquitlam, kind="consultation")
    at = cast.at(cast.coquitlam, MON, "10:00")
    about: dict[str, Any] = {"service": cast.ims_assessment, "practitioner": cast.ims, "room": room}
    visit = add_visit(**about, patient=cast.cleared, starts_at=at)
    found = eligibility(cast)
    assert (found["assessment"], found["assessment_appointment_id"]) == ("booked", str(visit.pk))
    assert found["next_path"] == f"/v1/appointments/{visit.pk}"
    for step in ("checked_in", "in_progress", "completed"):
        change(visit, status=step)
    found = eligibility(cast)
    assert (found["assessment"], found["missing"][0]["waits_for"]) == ("awaiting_decision", "clinic")
    assert "took place" in found["missing"][0]["detail"]


def test_spacing_tells_the_earliest_date(cast: Cast) -> None:
    assert eligibility(cast)["earliest_date"] == str(cast.today(cast.coquitlam))
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    for day in (0, 7):
        at = cast.at(cast.coquitlam, TUE, "10:00") + timedelta(days=day)
        add_visit(service=cast.ims_treatment, practitioner=cast.ims, room=room, patient=cast.cleared, starts_at=at)
    first = cast.day(cast.coquitlam, TUE)
    today = cast.today(cast.coquitlam)
    expected = today if (first - today).days >= 7 else first + timedelta(days=14)
    assert eligibility(cast)["earliest_date"] == str(expected)


STATES = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(["clear", "ask_clinician", "blocked"]),
        "answers_end": st.sampled_from([None, -2, -1, 0, 1, 30]),
        "clearance_ends": st.sampled_from([None, -2, -1, 0, 1, 90]),
        "is_reversed": st.booleans(),
        "cleared_for": st.sampled_from(["ims", "physiotherapy"]),
        "consents": st.booleans(),
        "is_review_due": st.booleans(),
        "service": st.sampled_from(["ims-treatment", "ims-assessment", "massage"]),
        "ahead": st.sampled_from([0, 1, 5, 60]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=STATES)
def test_the_gate_is_the_first_of_what_is_missing_and_booking_agrees(cast: Cast, state: dict[str, Any]) -> None:
    """Whatever the state and the dates that search looks at; explain refuses by the very same rules."""
    with undone():
        _bring_about(cast, state)
        found, service = eligibility(cast, state["service"]), state["service"]
        client, today = api(cast.cleared), cast.today(cast.coquitlam)
        day = str(today + timedelta(days=state["ahead"]))
        gate = client.get("/v1/slots", {"service": service, "from_date": day, "to_date": day}).json()["gate"]
        assert found["gate"] == gate
        assert gate["code"] == next(iter(codes(found)), None)
        at = {"service": service, "clinic": cast.coquitlam.pk, "starts_at": f"{today}T10:00:00-07:00"}
        verdicts = client.get("/v1/slots/explain", at).json()["rules"]
        refused = {rule["code"] for rule in verdicts if not rule["passes"]} & {str(code) for code in STATUSES}
        assert refused == set(codes(found))


def _bring_about(cast: Cast, state: dict[str, Any]) -> None:
    today = cast.today(cast.coquitlam)
    Screening.objects.filter(patient=cast.cleared).delete() if state["answers_end"] is None else change(
        Screening.objects.get(patient=cast.cleared),
        outcome=state["outcome"],
        valid_until=today + timedelta(days=state["answers_end"]),
    )
    if state["clearance_ends"] is None:
        Clearance.objects.all().delete()
    else:
        clearance = {"valid_until": today + timedelta(days=state["clearance_ends"]), "discipline": state["cleared_for"]}
        ended = {"ended_at": cast.now, "ended_reason": "reversed"} if state["is_reversed"] else {}
        change(Clearance.objects.get(), **clearance, **ended)
    if not state["consents"]:
        Consent.objects.filter(patient=cast.cleared).delete()
    if state["is_review_due"]:
        point = {"patient": cast.cleared, "service": cast.ims_treatment, "course_id": uuid.uuid4()}
        ReviewPoint.objects.create(**point, due_after_id=_past_treatment(cast).pk)


def _past_treatment(cast: Cast) -> Appointment:
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    at = cast.at(cast.coquitlam, TUE, "10:00", week=-2)
    about: dict[str, Any] = {"service": cast.ims_treatment, "practitioner": cast.ims, "room": room}
    return add_visit(**about, patient=cast.cleared, starts_at=at, status="completed")

"""The care pathway in booking: what is asked as of now, as of the visit's day, and what booking itself brings (R13)."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment
from backend.clinics.models import Room
from backend.patients.models import Clearance, Consent, ConsentText, Screening
from tests.appointments.calls import HOLDS, VISITS, api, book, faults, made, refusal, rules, wish
from tests.appointments.rows import add_visit, change
from tests.cast import TUE, Cast
from tests.patients.answers import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(cast: Cast) -> dict[str, Any]:
    """An IMS treatment at Coquitlam, next Tuesday at ten."""
    at = cast.at(cast.coquitlam, TUE, "10:00")
    return wish(cast.ims_treatment, cast.coquitlam, at, practitioner_id=cast.ims)


def try_to_book(cast: Cast, body: dict[str, Any]) -> Any:
    return api(cast.cleared).post(VISITS, body, key=str(uuid.uuid4()))


def gate(cast: Cast) -> str:
    found: str = api(cast.cleared).get("/v1/slots", {"service": "ims-treatment"}).json()["gate"]["status"]
    return found


def test_the_gate_names_what_comes_first(cast: Cast) -> None:
    Clearance.objects.update(ended_at=cast.now, ended_reason="reversed")
    Consent.objects.filter(patient=cast.cleared).delete()
    Screening.objects.filter(patient=cast.cleared).delete()
    assert gate(cast) == "needs_screening"
    answer(api(cast.cleared), cast.cleared, "pregnancy")
    assert gate(cast) == "blocked"
    answer(api(cast.cleared), cast.cleared)
    assert gate(cast) == "needs_assessment"
    Clearance.objects.update(ended_at=None, ended_reason="")
    assert gate(cast) == "needs_consent"
    assert api(cast.cleared).get("/v1/slots", {"service": "ims-treatment"}).json()["results"]


def test_the_gate_does_not_depend_on_the_dates_that_are_looked_at(cast: Cast) -> None:
    Clearance.objects.update(valid_until=cast.now.date() + timedelta(days=3))
    for days in (0, 30):
        day = cast.now.date() + timedelta(days=days)
        found = api(cast.cleared).get("/v1/slots", {"service": "ims-treatment", "from_date": day}).json()
        assert found["gate"]["status"] == "open"
    assert not found["results"]


def test_booking_brings_the_consent(cast: Cast, wanted: dict[str, Any]) -> None:
    Consent.objects.filter(patient=cast.cleared).delete()
    refused = try_to_book(cast, wanted)
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["consent_needed"])
    explained = api(cast.cleared).get(
        "/v1/slots/explain",
        {"service": "ims-treatment", "clinic": cast.coquitlam.pk, "starts_at": wanted["starts_at"]},
    )
    assert [rule["code"] for rule in explained.json()["rules"] if not rule["passes"]] == ["consent_needed"]
    text = str(ConsentText.objects.get().pk)
    assert faults(try_to_book(cast, {**wanted, "consents": [text, str(uuid.uuid4())]})) == {"/consents/1": "mismatch"}
    assert not Consent.objects.filter(patient=cast.cleared).exists()
    assert try_to_book(cast, {**wanted, "consents": [text]}).status_code == 201
    assert Consent.objects.get(patient=cast.cleared).party == "patient"


def test_what_was_not_booked_was_not_agreed_to(cast: Cast, wanted: dict[str, Any]) -> None:
    Consent.objects.filter(patient=cast.cleared).delete()
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    at = cast.at(cast.coquitlam, TUE, "10:00")
    add_visit(service=cast.physio_follow_up, practitioner=cast.ims, room=room, patient=cast.child, starts_at=at)
    text = str(ConsentText.objects.get().pk)
    assert refusal(try_to_book(cast, {**wanted, "consents": [text]})) == (409, "slot_taken")
    assert not Consent.objects.filter(patient=cast.cleared).exists()


def test_a_hold_needs_no_consent_and_its_booking_brings_it(cast: Cast, wanted: dict[str, Any]) -> None:
    Consent.objects.filter(patient=cast.cleared).delete()
    hold = made(api(cast.cleared).post(HOLDS, wanted))
    assert rules(try_to_book(cast, {"hold_id": hold["id"]})) == ["consent_needed"]
    text = str(ConsentText.objects.get().pk)
    assert try_to_book(cast, {"hold_id": hold["id"], "consents": [text]}).status_code == 201


def test_moving_brings_the_consent_and_without_the_move_it_was_not_given(cast: Cast, wanted: dict[str, Any]) -> None:
    visit = book(api(cast.cleared), wanted)
    Consent.objects.filter(patient=cast.cleared).delete()
    path, text = f"{VISITS}/{visit['id']}/reschedule", str(ConsentText.objects.get().pk)
    later = cast.at(cast.coquitlam, TUE, "10:00", week=2).isoformat()
    assert rules(api(cast.cleared).post(path, {"starts_at": later})) == ["consent_needed"]
    closed = cast.at(cast.coquitlam, TUE, "03:00", week=2).isoformat()
    assert api(cast.cleared).post(path, {"starts_at": closed, "consents": [text]}).status_code == 422
    assert not Consent.objects.filter(patient=cast.cleared).exists()
    moved = api(cast.cleared).post(path, {"starts_at": later, "consents": [text]})
    assert datetime.fromisoformat(moved.json()["starts_at"]) == datetime.fromisoformat(later)
    assert Consent.objects.filter(patient=cast.cleared).exists()


def test_answers_count_for_a_hold_and_for_moving_too(cast: Cast, wanted: dict[str, Any]) -> None:
    visit = book(api(cast.cleared), wanted)
    answer(api(cast.cleared), cast.cleared, "recent_surgery")
    later = {**wanted, "starts_at": cast.at(cast.coquitlam, TUE, "10:00", week=2).isoformat()}
    assert rules(api(cast.cleared).post(HOLDS, later)) == ["screening_blocked"]
    moved = api(cast.cleared).post(f"{VISITS}/{visit['id']}/reschedule", {"starts_at": later["starts_at"]})
    assert rules(moved) == ["screening_blocked"]
    assert api(cast.cleared).get(f"{VISITS}/{visit['id']}").json()["status"] == "booked"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (lambda cast, day: change_answers(cast, valid_until=day - timedelta(days=1)), "screening_needed"),
        (lambda cast, _: change_answers(cast, outcome="blocked"), "screening_blocked"),
        (lambda _, day: change(Clearance.objects.get(), valid_until=day - timedelta(days=1)), "assessment_needed"),
        (lambda *_: change(Clearance.objects.get(), discipline="physiotherapy"), "assessment_needed"),
        (lambda cast, _: revoke(cast), "consent_needed"),
    ],
)
def test_check_in_asks_as_of_the_visits_day(cast: Cast, wanted: dict[str, Any], broken: Any, code: str) -> None:
    """The last day of answers and clearance is a good day; what is good today may not be then."""
    visit = book(api(cast.cleared), wanted)
    path, day = f"{VISITS}/{visit['id']}/check-in", cast.day(cast.coquitlam, TUE)
    change_answers(cast, valid_until=day)
    change(Clearance.objects.get(), valid_until=day)
    broken(cast, day)
    refused = api(cast.desk_coquitlam).post(path)
    assert (refusal(refused), rules(refused)) == ((422, "check_in_refused"), [code])
    assert Appointment.objects.get(pk=visit["id"]).status == "booked"
    Consent.objects.filter(patient=cast.cleared).update(revoked_at=None, revoked_by=None)
    change_answers(cast, valid_until=day, outcome="clear")
    change(Clearance.objects.get(), valid_until=day, discipline="ims")
    assert api(cast.desk_coquitlam).post(path).json()["status"] == "checked_in"


def change_answers(cast: Cast, **values: Any) -> None:
    change(Screening.objects.get(patient=cast.cleared), **values)


def revoke(cast: Cast) -> None:
    change(Consent.objects.get(patient=cast.cleared), revoked_at=cast.now, revoked_by=cast.owner)

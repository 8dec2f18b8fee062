"""Missed and late cancelled visits are counted, and a clinic may leave it to the desk to book after them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.clinics.models import Room
from backend.patients.models import PatientClinic
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, VISITS, api, book, made, refusal, rules, travel, wish
from tests.appointments.rows import add_visit, change
from tests.cast import TUE, WED, Cast

REFUSED = (422, "slot_not_bookable")


def start_of(cast: Cast, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, WED, time, week=2)


def missed(cast: Cast, *, weeks_ago: int, where: Any = None, status: str = "no_show") -> None:
    room = Room.objects.filter(clinic=where or cast.coquitlam, kind="treatment")[0]
    starts_at = start_of(cast) - timedelta(weeks=weeks_ago + 3)
    service, practitioner = cast.physio_follow_up, cast.physio
    add_visit(
        service=service, practitioner=practitioner, room=room, patient=cast.patient, starts_at=starts_at, status=status
    )


def attendance(client: ApiClient, patient: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/patients/{patient.pk}/attendance")
    assert answer.status_code == 200, answer.content
    counted: list[dict[str, Any]] = answer.json()["clinics"]
    return counted


@pytest.fixture
def unwelcome(cast: Cast) -> Cast:
    """Coquitlam puts up with one missed visit, and the patient has missed two."""
    change(cast.coquitlam, desk_books_after_no_shows=2)
    missed(cast, weeks_ago=1)
    missed(cast, weeks_ago=2)
    return cast


def test_the_patient_neither_holds_nor_books_nor_moves_but_the_desk_does(cast: Cast) -> None:
    client, desk = api(cast.patient), api(cast.desk_coquitlam)
    wanted = wish(cast.physio_follow_up, cast.coquitlam, start_of(cast), practitioner_id=cast.physio)
    visit = book(client, wanted)
    hold = made(client.post(HOLDS, {**wanted, "starts_at": start_of(cast, "12:00").isoformat()}))
    change(cast.coquitlam, desk_books_after_no_shows=2)
    missed(cast, weeks_ago=1)
    later = {**wanted, "starts_at": start_of(cast, "14:00").isoformat()}
    move = {"starts_at": later["starts_at"]}
    assert client.post(f"{VISITS}/{visit['id']}/reschedule", move).status_code == 200, "one is put up with"

    missed(cast, weeks_ago=2)
    back = {"starts_at": wanted["starts_at"]}
    for refused in (
        client.post(HOLDS, wanted),
        client.post(VISITS, wanted, key="k"),
        client.post(VISITS, {"hold_id": hold["id"]}, key="h"),
        client.post(f"{VISITS}/{visit['id']}/reschedule", back),
        desk.post(f"{VISITS}/{visit['id']}/reschedule", back),
    ):
        assert (refusal(refused), rules(refused)) == (REFUSED, ["desk_must_book"])
        assert refused.json()["rules"][0]["class"] == "soft"
    overrides = [{"code": "desk_must_book", "reason": "Promised by phone to come"}]
    moved = desk.post(f"{VISITS}/{visit['id']}/reschedule", {**back, "overrides": overrides})
    assert (moved.status_code, moved.json()["overrides"]) == (200, overrides)
    assert client.post(f"{VISITS}/{visit['id']}/cancel", {"reason_code": "other"}).status_code == 200


def test_the_search_says_so_where_nobody_else_would_take_the_patient(unwelcome: Cast) -> None:
    cast, client = unwelcome, api(unwelcome.patient)
    query = {"service": cast.physio_follow_up.pk, "clinic": cast.coquitlam.pk, "from_date": start_of(cast).date()}
    there = client.get("/v1/slots", query).json()
    assert there["gate"] == {"status": "desk_must_book", "code": "desk_must_book", "next_service_id": None}
    assert there["results"] == []
    assert client.get("/v1/slots/next", {**query, "from_date": []}).json()["gate"] == there["gate"]
    anywhere = client.get("/v1/slots", {**query, "clinic": []}).json()
    assert anywhere["gate"]["status"] == "open"
    assert str(cast.coquitlam.pk) not in {day["clinic_id"] for day in anywhere["results"]}
    assert ApiClient().get("/v1/slots", query).json()["gate"]["status"] == "open", "nobody is told about another"
    told = client.get(
        "/v1/slots/explain",
        {"service": cast.physio_follow_up.pk, "clinic": cast.coquitlam.pk, "starts_at": start_of(cast).isoformat()},
    ).json()
    assert [rule["code"] for rule in told["rules"] if not rule["passes"]] == ["desk_must_book"]


def test_visits_are_counted_by_clinic(unwelcome: Cast) -> None:
    cast = unwelcome
    missed(cast, weeks_ago=3, status="completed")
    missed(cast, weeks_ago=4, where=cast.langley)
    here = {
        "clinic_id": str(cast.coquitlam.pk),
        "clinic_name": cast.coquitlam.name,
        "completed_count": 1,
        "no_show_count": 2,
        "late_cancellation_count": 0,
        "desk_must_book": True,
    }
    away = {
        **here,
        "clinic_id": str(cast.langley.pk),
        "clinic_name": cast.langley.name,
        "completed_count": 0,
        "no_show_count": 1,
        "desk_must_book": False,
    }
    assert attendance(api(cast.patient), cast.patient) == [here, away]
    assert attendance(api(cast.desk_coquitlam), cast.patient) == [here], "staff are told of their own clinics"
    assert refusal(api(cast.desk_langley).get(f"/v1/patients/{cast.patient.pk}/attendance")) == (404, "not_found")
    PatientClinic.objects.create(patient=cast.patient, clinic=cast.langley, origin="desk")
    assert attendance(api(cast.desk_langley), cast.patient) == [away]
    assert attendance(api(cast.parent), cast.child) == []


def test_it_takes_as_many_statements_however_many_visits_there_are(unwelcome: Cast) -> None:
    cast, client = unwelcome, api(unwelcome.patient)
    counts = set()
    for weeks_ago in (5, 6, 7):
        missed(cast, weeks_ago=weeks_ago, where=cast.langley)
        with CaptureQueriesContext(connection) as captured:
            attendance(client, cast.patient)
        counts.add(len(captured))
    assert counts == {3}


@pytest.mark.parametrize(
    ("ahead", "who", "reason", "late"),
    [
        (timedelta(hours=25), "patient", "schedule", 0),
        (timedelta(hours=23), "patient", "schedule", 1),
        (timedelta(hours=23), "patient", "clinic", 1),
        (timedelta(hours=23), "desk_coquitlam", "ill", 1),
        (timedelta(hours=23), "desk_coquitlam", "clinic", 0),
    ],
)
def test_what_is_cancelled_late_is_counted_whatever_it_costs(
    cast: Cast, ahead: timedelta, who: str, reason: str, late: int
) -> None:
    change(cast.coquitlam, late_cancellation_fee_percent=0)
    visit = book(api(cast.patient), wish(cast.physio_follow_up, cast.coquitlam, start_of(cast)))
    travel(to=start_of(cast) - ahead)
    path = f"{VISITS}/{visit['id']}/cancel"
    assert api(getattr(cast, who)).post(path, {"reason_code": reason}).json()["fee_minor"] == 0
    [here] = attendance(api(cast.patient), cast.patient)
    assert here["late_cancellation_count"] == late


def test_a_slip_of_the_thumb_is_not_late(cast: Cast) -> None:
    travel(to=cast.at(cast.coquitlam, TUE, "09:00", week=2))
    visit = book(
        api(cast.patient), wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "14:00", week=2))
    )
    api(cast.patient).post(f"{VISITS}/{visit['id']}/cancel", {"reason_code": "other"})
    assert [one["late_cancellation_count"] for one in attendance(api(cast.patient), cast.patient)] == [0]

"""A course of ten from its plan to an early end, walked over HTTP alone while the sandbox's clock goes on: around a
week in which the clinic is closed, past a certificate that runs out, to the review after the third session and on."""

import secrets
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.blackbox.people import join, make, read
from tests.concurrency.crowd import Caller, sign_in
from tests.live import LiveApi, MakeLiveApi
from tests.personas.test_ims_pathway import answer, book, consent, coquitlam, eligibility, sign

RECORD = {
    "is_sterilised": True,
    "muscles": [{"name": "multifidus", "twitch_obtained": True}],
    "needles_in": 4,
    "needles_out": 4,
    "pain_before": 7,
    "pain_after": 4,
    "function_score": 5,
}


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    """A server of its own: its clock moves."""
    return make_live_api()


def days(visits: list[dict[str, Any]]) -> list[date]:
    return [datetime.fromisoformat(visit["starts_at"]).date() for visit in visits]


def go_to(api: LiveApi, instant: datetime) -> None:
    make(Caller(api), "sandbox/clock", {"at": instant.isoformat()}, status=200)


def attend(api: LiveApi, desk: Caller, patient: Caller, patient_id: str, visit_id: str) -> tuple[int, str | None]:
    """The patient comes, answers the questions again, and is checked in; the verdict of that."""
    starts_at = datetime.fromisoformat(read(patient, f"appointments/{visit_id}")["starts_at"])
    go_to(api, starts_at - timedelta(minutes=10))
    answer(patient, patient_id)
    return desk.post(f"appointments/{visit_id}/check-in").verdict


def treat(physio: Caller, visit_id: str) -> None:
    for verb in ("start", "complete"):
        make(physio, f"appointments/{visit_id}/{verb}", {}, status=200)
    make(physio, f"appointments/{visit_id}/session-record", RECORD)
    assert make(physio, f"appointments/{visit_id}/session-record/sign", {}, status=200)["status"] == "signed"


def start_course(patient: Caller, patient_id: str, physio: Caller) -> dict[str, Any]:
    """Screened, assessed and found a candidate; the physiotherapist plans ten sessions."""
    answer(patient, patient_id)
    sign(physio, patient_id, book(patient, patient_id, physio, "ims-assessment"))
    make(patient, f"patients/{patient_id}/consents", {"consent_text_id": consent(patient)})
    [treatment] = read(patient, "services", code="ims-treatment")["results"]
    terms = {"patient_id": patient_id, "service_id": treatment["id"], "clinic_id": coquitlam(patient)}
    return make(physio, "courses", {**terms, "region": "lower_back", "planned_sessions": 10})


def close_a_week(manager: Caller) -> date:
    """The clinic is shut for the week that begins on this day."""
    shut = datetime.now(UTC).date() + timedelta(days=28)
    closure = {"first_date": str(shut), "last_date": str(shut + timedelta(days=6)), "reason": "Renovation"}
    make(manager, f"clinics/{coquitlam(manager)}/closures", closure)
    return shut


def plan(patient: Caller, path: str, givers: list[str], shut: date) -> list[dict[str, Any]]:
    """Ten visits, none of them in that week, and none with the first of the two once the certificate is over."""
    planned = make(patient, f"{path}/plan", {"practitioner_ids": givers}, status=200)
    assert planned["is_complete"], planned
    visits: list[dict[str, Any]] = planned["visits"]
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(days(visits)))
    assert not [day for day in days(visits) if shut <= day <= shut + timedelta(days=6)]
    last_good_day = datetime.now(UTC).date() + timedelta(days=21)  # from the seed, by the clinic's date
    late = [one for one, day in zip(visits, days(visits), strict=True) if day > last_good_day]
    assert givers[0] not in {one["practitioner_id"] for one in late}
    return visits


def test_ten_sessions_that_end_early(api: LiveApi) -> None:
    desk, physio, expiring = (sign_in(api, f"{name}@demo.test") for name in ("desk.coquitlam", "ims", "ims.expiring"))
    manager = sign_in(api, "manager.coquitlam@demo.test")
    patient = join(api, "cora@personas.test", "Cora", "Lake")
    me = read(patient, "me")["patient_id"]
    course = start_course(patient, me, physio)
    path = f"courses/{course['id']}"

    givers = [read(one, "me")["practitioner_id"] for one in (expiring, physio)]
    planned = plan(patient, path, givers, close_a_week(manager))
    wanted = [{name: one[name] for name in ("starts_at", "clinic_id", "practitioner_id")} for one in planned]
    booked = patient.post(f"{path}/book", {"visits": wanted}, key=secrets.token_hex(8))
    assert booked.status == 201, booked.data
    visits = booked.data["visits"]
    assert len(visits) == 10

    who = {givers[0]: expiring, givers[1]: physio}
    for visit in visits[:3]:
        assert attend(api, desk, patient, me, visit["appointment_id"]) == (200, None)
        treat(who[visit["practitioner_id"]], visit["appointment_id"])
    assert read(patient, path)["is_review_due"]
    assert eligibility(patient, me)["missing"][0]["code"] == "review_due"
    assert attend(api, desk, patient, me, visits[3]["appointment_id"]) == (422, "check_in_refused")

    make(physio, f"{path}/review", {"outcome": "continue", "note": "Sleeps through."}, status=200)
    assert desk.post(f"appointments/{visits[3]['appointment_id']}/check-in").verdict == (200, None)
    treat(who[visits[3]["practitioner_id"]], visits[3]["appointment_id"])
    aftercare(api, patient, visits[3]["appointment_id"])

    ended = make(physio, f"{path}/close", {"reason": "goal_reached"}, status=200)
    assert (ended["status"], ended["sessions_done"], ended["sessions_booked"]) == ("ended_early", 4, 0)
    left = [read(patient, f"appointments/{visit['appointment_id']}")["status"] for visit in visits[4:]]
    assert left == ["cancelled"] * 6
    told = read(patient, f"{path}/progress")
    assert [one["pain_after"] for one in told["sessions"] if one["status"] == "completed"] == [4] * 4


def aftercare(api: LiveApi, patient: Caller, visit_id: str) -> None:
    """Advice at once; a day later light-headed, and the hot bath is gone from it."""
    assert "hot_bath" in topics(patient, visit_id)
    ends_at = datetime.fromisoformat(read(patient, f"appointments/{visit_id}")["ends_at"])
    go_to(api, ends_at + timedelta(hours=25))
    told = {"point": "after_24_hours", "soreness": 3, "is_light_headed": True}
    assert not make(patient, f"appointments/{visit_id}/check-ins", told)["is_alarming"]
    assert "hot_bath" not in topics(patient, visit_id)


def topics(patient: Caller, visit_id: str) -> set[str]:
    return {line["topic"] for line in read(patient, f"appointments/{visit_id}/advice")["lines"]}

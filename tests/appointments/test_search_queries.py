"""How listSlots is asked: dates, pages, whom it is about, and what it says of the gate."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from backend.accounts.keys import key_ring
from backend.clinics.models import Clinic, ClinicService, Room
from backend.patients.models import Clearance, Patient, PatientClinic
from tests.api_client import ApiClient
from tests.appointments.calls import api, faults, refusal
from tests.appointments.rows import add_visit, change
from tests.appointments.searching import days_of, slots, starts_of
from tests.appointments.stopped_clock import stop_clock
from tests.cast import MON, THU, TUE, Cast

MONDAY_AT_EIGHT = datetime(2027, 1, 4, 15, tzinfo=UTC)  # in Coquitlam


@pytest.fixture(autouse=True)
def _monday(db: None) -> None:
    stop_clock(MONDAY_AT_EIGHT)


def calendar_of(client: ApiClient, **query: Any) -> dict[str, Any]:
    """The calendar of `view=days`, by clinic."""
    body = slots(client, **query, view="days").json()
    assert body["results"] == []
    return {one["clinic_id"]: one for one in body["calendar"]}


def test_the_calendar_of_days_counts_what_the_slots_list(cast: Cast) -> None:
    first = cast.day(cast.coquitlam, MON)
    span = {"service": "physio-follow-up", "from_date": first, "to_date": first + timedelta(days=13)}
    full, calendar = days_of(ApiClient(), **span, limit=100), calendar_of(ApiClient(), **span)
    assert len(calendar) == 3
    for clinic_id, counted in calendar.items():
        own = [day for day in full if day["clinic_id"] == clinic_id]
        assert {day["timezone"] for day in own} == {counted["timezone"]}
        assert counted["days"] == [
            {"date": day["date"], "slot_count": len(day["slots"]), "first_starts_at": day["slots"][0]["starts_at"]}
            for day in own
        ]


def test_a_calendar_of_days_is_whole_unless_a_limit_is_named_and_takes_few_bytes(cast: Cast) -> None:
    first = cast.day(cast.coquitlam, MON)
    span = {"service": "physio-follow-up", "from_date": first, "to_date": first + timedelta(days=61), "view": "days"}
    answer = slots(ApiClient(), **span)
    body = answer.json()
    days = sum(len(clinic["days"]) for clinic in body["calendar"])
    assert (days, body["next_cursor"]) == (45 * 3, None), "workdays at three clinics"
    assert len(answer.content) / days <= 100
    walked, cursor = 0, None
    for _ in range(3):
        page = slots(ApiClient(), **span, limit=50, cursor=cursor).json()
        walked += sum(len(clinic["days"]) for clinic in page["calendar"])
        cursor = page["next_cursor"]
    assert (walked, cursor) == (days, None)
    listed = slots(ApiClient(), **{**span, "view": "slots"}).json()
    assert (len(listed["results"]), bool(listed["next_cursor"])) == (50, True), "told, not silently cut"


def test_the_end_of_the_horizon_is_told(cast: Cast) -> None:
    for where, days in ((cast.coquitlam, 100), (cast.langley, 30)):
        Clinic.objects.filter(pk=where.pk).update(horizon_days=days)
    both = {"service": "physio-follow-up", "clinic": [cast.coquitlam.pk, cast.langley.pk]}
    end = cast.today(cast.coquitlam) + timedelta(days=100)
    assert slots(ApiClient(), **both).json()["bookable_until_date"] == str(end)
    near = slots(ApiClient(), service="physio-follow-up", clinic=cast.langley.pk).json()["bookable_until_date"]
    assert near == str(cast.today(cast.langley) + timedelta(days=30))
    ClinicService.objects.all().delete()
    assert slots(ApiClient(), service="physio-follow-up").json()["bookable_until_date"] is None


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_walk_through_every_day_once(cast: Cast, limit: int) -> None:
    """Two clinics have something on the same date, so a page may end between them."""
    span = {
        "service": "physio-follow-up",
        "clinic": [cast.coquitlam.pk, cast.langley.pk],
        "from_date": cast.day(cast.coquitlam, MON),
        "to_date": cast.day(cast.coquitlam, THU),
    }
    whole = days_of(ApiClient(), **span)
    assert len(whole) == 8
    walked: list[Any] = []
    cursor = None
    for _ in range(0, len(whole), limit):
        page = slots(ApiClient(), **span, limit=limit, cursor=cursor).json()
        walked += page["results"]
        cursor = page["next_cursor"]
    assert cursor is None
    assert walked == whole


def test_a_cursor_is_good_for_its_own_search_only(cast: Cast) -> None:
    query = {"service": "physio-follow-up", "limit": 1}
    cursor = slots(ApiClient(), **query).json()["next_cursor"]
    for answer in (
        slots(ApiClient(), **{**query, "service": "massage"}, cursor=cursor),
        slots(ApiClient(), **query, cursor="x" + cursor[1:]),
    ):
        assert refusal(answer) == (400, "cursor_invalid")


def test_sixty_two_days_are_a_range_and_sixty_three_too_long(cast: Cast) -> None:
    first = cast.day(cast.coquitlam, MON)
    query = {"service": "massage", "from_date": first, "limit": 100}
    assert len(days_of(ApiClient(), **query, to_date=first + timedelta(days=61))) == 45  # workdays
    answer = slots(ApiClient(), **query, to_date=first + timedelta(days=62))
    assert refusal(answer) == (400, "range_too_long")
    assert answer.json()["max_days"] == 62


def test_dates_default_to_a_week_from_today(cast: Cast) -> None:
    found = [day["date"] for day in days_of(ApiClient(), service="massage")]
    assert found == [f"2027-01-{day:02}" for day in range(4, 9)]


def test_a_range_that_ends_before_it_begins_is_not_valid(cast: Cast) -> None:
    answer = slots(ApiClient(), service="massage", from_date="2027-01-12", to_date="2027-01-11")
    assert refusal(answer) == (400, "validation_failed")
    assert faults(answer) == {"?to_date": "too_small"}


@pytest.mark.parametrize("far", ["1900-01-01", "2200-12-31"])
def test_dates_at_the_ends_of_what_is_taken_have_nothing(cast: Cast, far: str) -> None:
    assert days_of(ApiClient(), service="massage", from_date=far) == []


def test_what_is_named_must_exist(cast: Cast) -> None:
    here, nobody = str(cast.coquitlam.pk), str(uuid.uuid4())
    for query in (
        {"service": "reiki"},
        {"service": nobody},
        {"service": "massage", "clinic": [here, nobody]},
        {"service": "massage", "practitioner": [str(cast.masseur.pk), nobody]},
        {"service": "massage", "patient": str(cast.patient.pk)},  # whom a visitor cannot see
    ):
        assert slots(ApiClient(), **query).status_code == 404, query
    assert days_of(ApiClient(), service="massage", clinic=cast.langley.pk) == []
    assert days_of(ApiClient(), service="massage", practitioner=cast.physio.pk) == []
    assert days_of(ApiClient(), service=cast.massage.pk) == days_of(ApiClient(), service="massage")


def test_search_is_about_the_patient_who_asks_or_is_named(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, TUE)
    query = {"service": "physio-follow-up", "clinic": cast.coquitlam.pk, "from_date": day, "to_date": day}
    busy = cast.at(cast.coquitlam, TUE, "10:00")
    room = Room.objects.get(clinic=cast.langley, kind="consultation")
    for patient, practitioner in ((cast.child, cast.langley_physio), (cast.stranger, cast.toronto_ims)):
        add_visit(
            service=cast.physio_initial,
            practitioner=practitioner,
            room=room,
            patient=patient,
            starts_at=busy if patient == cast.child else busy + timedelta(hours=1),
        )

    def lists(client: ApiClient, patient: Patient | None = None) -> bool | None:
        answer = slots(client, **query, patient=patient and patient.pk)
        return busy in starts_of(answer.json()["results"]) if answer.status_code == 200 else None

    parent, desk, elsewhere = api(cast.parent), api(cast.desk_coquitlam), api(cast.desk_langley)
    assert lists(ApiClient()) is True
    assert lists(parent) is True
    assert lists(parent, cast.child) is False
    assert lists(parent, cast.other_child) is None
    assert lists(api(cast.patient), cast.child) is None
    assert lists(desk) is True
    assert lists(desk, cast.child) is False
    assert lists(desk, cast.stranger) is None
    assert lists(elsewhere, cast.child) is None
    PatientClinic.objects.create(patient=cast.child, clinic=cast.langley, origin="desk")
    assert lists(elsewhere, cast.child) is False


def test_a_token_that_is_over_is_refused_even_where_none_is_needed(cast: Cast) -> None:
    token = api(cast.patient).token
    assert token
    claims = jwt.decode(token, options={"verify_signature": False})
    kid, key = key_ring().signer(key_ring().signing_id)
    old = jwt.encode({**claims, "iat": 1, "exp": 2}, key, algorithm="EdDSA", headers={"kid": kid})
    answer = slots(ApiClient(old), service="massage")
    assert refusal(answer) == (401, "token_expired")


def test_the_gate_says_what_comes_first(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, TUE)

    def gate(patient: Patient | None, service: str = "ims-treatment") -> Any:
        client = api(patient) if patient else ApiClient()
        return slots(client, service=service, from_date=day, to_date=day).json()["gate"]

    closed = {
        "status": "needs_assessment",
        "code": "assessment_needed",
        "next_service_id": str(cast.ims_assessment.pk),
    }
    first = {"status": "needs_screening", "code": "screening_needed", "next_service_id": None}
    assert (gate(None), gate(cast.patient)) == (first, closed)
    opened = {"status": "open", "code": None, "next_service_id": None}
    assert gate(cast.cleared) == gate(cast.patient, "ims-assessment") == gate(None, "massage") == opened
    today = cast.today(cast.coquitlam)
    change(Clearance.objects.get(), valid_until=today)
    assert gate(cast.cleared) == opened
    change(Clearance.objects.get(), valid_until=today - timedelta(days=1))
    assert gate(cast.cleared) == closed

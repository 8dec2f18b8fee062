"""Planning a series: what is proposed books, fits together and suits; nothing is changed by asking."""

import uuid
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from backend.patients.models import Clearance
from backend.practitioners.models import TimeOff
from tests.api_client import ApiClient
from tests.appointments.calls import api, book, faults, refusal, travel, wish
from tests.cast import FRI, MON, THU, TUE, WED, Cast
from tests.policy.traces import fingerprint

PLAN = "/v1/series/plan"


def asked(cast: Cast, **more: Any) -> dict[str, Any]:
    """Four follow-ups at Coquitlam, one or two weeks apart, from Monday after next."""
    usual = {
        "service_id": str(cast.physio_follow_up.pk),
        "clinic_ids": [str(cast.coquitlam.pk)],
        "count": 4,
        "min_gap_days": 7,
        "max_gap_days": 14,
        "from_date": cast.day(cast.coquitlam, MON, week=2).isoformat(),
    }
    return {**usual, **more}


def plan(client: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(PLAN, body)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def days(planned: dict[str, Any]) -> list[date]:
    return [datetime.fromisoformat(visit["starts_at"]).date() for visit in planned["visits"]]


def hours(planned: dict[str, Any]) -> set[int]:
    return {datetime.fromisoformat(visit["starts_at"]).hour for visit in planned["visits"]}


def givers(planned: dict[str, Any]) -> set[str]:
    return {visit["practitioner_id"] for visit in planned["visits"]}


def test_visits_follow_one_another_with_one_practitioner(cast: Cast) -> None:
    client = api(cast.patient)
    before = fingerprint()
    planned = plan(client, asked(cast))
    first = cast.day(cast.coquitlam, MON, week=2)
    assert days(planned) == [first + timedelta(weeks=week) for week in range(4)]
    assert (planned["is_complete"], planned["patient_id"]) == (True, str(cast.patient.pk))
    assert planned["gate"] == {"status": "open", "code": None, "next_service_id": None}
    assert len(givers(planned)) == 1
    assert fingerprint() == before


def test_what_is_planned_books_and_so_do_the_alternatives(cast: Cast) -> None:
    client = api(cast.patient)
    planned = plan(client, asked(cast))
    for number, visit in enumerate(planned["visits"]):
        other = visit["alternatives"][0]
        chosen = {**other, "practitioner_id": other["practitioner_ids"][0]} if number == 1 else visit
        body = {name: chosen[name] for name in ("starts_at", "clinic_id", "practitioner_id")}
        book(client, {"service_id": planned["service_id"], **body})


def test_alternatives_keep_the_gaps(cast: Cast) -> None:
    planned = plan(api(cast.patient), asked(cast))
    told = days(planned)
    for place, visit in enumerate(planned["visits"]):
        assert 1 <= len(visit["alternatives"]) <= 3
        for other in visit["alternatives"]:
            day = datetime.fromisoformat(other["starts_at"]).date()
            around = [*told[:place], day, *told[place + 1 :]]
            assert all(7 <= (later - earlier).days <= 14 for earlier, later in pairwise(around))
            assert other["practitioner_ids"]


def test_preferred_days_and_hours_are_kept(cast: Cast) -> None:
    suits = {"weekdays": [WED.value, THU.value], "day_parts": ["afternoon"]}
    planned = plan(api(cast.patient), asked(cast, **suits))
    assert {day.isoweekday() for day in days(planned)} == {WED.value}
    assert hours(planned) == {12}
    assert all(visit["is_as_preferred"] for visit in planned["visits"])


def test_others_only_where_it_cannot_be_helped(cast: Cast) -> None:
    """Both are away on a Friday, and nobody ever works in the evening."""
    away = cast.day(cast.coquitlam, FRI, week=3)
    for person in (cast.ims, cast.physio):
        TimeOff.objects.create(practitioner=person, first_date=away, last_date=away)
    fridays = asked(cast, weekdays=[FRI.value], max_gap_days=13)
    planned = plan(api(cast.patient), fridays)
    assert [visit["is_as_preferred"] for visit in planned["visits"]] == [True, False, True, True]
    only = plan(api(cast.patient), {**fridays, "only_preferred": True})
    assert (only["is_complete"], len(only["visits"])) == (False, 1)
    evenings = asked(cast, day_parts=["evening"])
    assert not any(visit["is_as_preferred"] for visit in plan(api(cast.patient), evenings)["visits"])
    assert plan(api(cast.patient), {**evenings, "only_preferred": True})["visits"] == []


def test_another_clinic_is_used_where_it_helps(cast: Cast) -> None:
    """`ims` is at Langley on Thursdays and Fridays; there nobody else of the chosen is."""
    both = [str(cast.coquitlam.pk), str(cast.langley.pk)]
    body = asked(cast, clinic_ids=both, practitioner_ids=[str(cast.ims.pk)], weekdays=[THU.value])
    planned = plan(api(cast.patient), body)
    assert {visit["clinic_id"] for visit in planned["visits"]} == {str(cast.langley.pk)}
    assert givers(planned) == {str(cast.ims.pk)}


def test_the_service_widens_the_gaps(cast: Cast) -> None:
    body = asked(cast, service_id=str(cast.ims_treatment.pk), min_gap_days=1)
    planned = plan(api(cast.cleared), body)
    assert planned["min_gap_days"] == 7
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(days(planned)))
    short = api(cast.cleared).post(PLAN, {**body, "max_gap_days": 6})
    assert faults(short) == {"/max_gap_days": "too_small"}


def test_the_patients_other_visits_and_proofs_count(cast: Cast) -> None:
    treatment = str(cast.ims_treatment.pk)
    start = cast.at(cast.coquitlam, TUE, "10:00", week=3)
    book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, start))
    body = asked(cast, service_id=treatment, max_gap_days=21)
    planned = plan(api(cast.cleared), body)
    assert planned["is_complete"]
    assert all(abs((day - start.date()).days) >= 7 for day in days(planned))
    until = cast.day(cast.coquitlam, MON, week=5)
    Clearance.objects.filter(patient=cast.cleared).update(valid_until=until)
    shorter = plan(api(cast.cleared), body)
    assert not shorter["is_complete"]
    assert max(days(shorter)) <= until
    assert plan(api(cast.patient), body)["gate"]["status"] == "needs_assessment"


def test_there_is_an_end_to_what_can_be_booked_ahead(cast: Cast) -> None:
    planned = plan(api(cast.patient), asked(cast, count=20, min_gap_days=14, max_gap_days=20))
    assert 0 < len(planned["visits"]) < 20
    assert max(days(planned)) <= cast.today(cast.coquitlam) + timedelta(days=182)
    assert plan(api(cast.patient), asked(cast, from_date="2199-01-01"))["visits"] == []
    past = plan(api(cast.patient), asked(cast, from_date="1900-01-01"))
    assert (past["is_complete"], min(days(past)) >= cast.today(cast.coquitlam)) == (True, True)


def test_without_a_date_it_begins_now(cast: Cast) -> None:
    travel(to=cast.at(cast.coquitlam, MON, "08:00"))
    body = asked(cast)
    del body["from_date"]
    assert days(plan(api(cast.patient), body))[0] == cast.day(cast.coquitlam, MON)


def test_staff_plan_for_patients_of_their_clinics(cast: Cast) -> None:
    desk, whom = api(cast.desk_coquitlam), {"patient_id": str(cast.patient.pk)}
    assert plan(desk, asked(cast, **whom))["is_complete"]
    assert faults(desk.post(PLAN, asked(cast))) == {"/patient_id": "required"}
    both = asked(cast, clinic_ids=[str(cast.coquitlam.pk), str(cast.langley.pk)], **whom)
    assert refusal(desk.post(PLAN, both)) == (403, "permission_denied")
    assert plan(api(cast.owner), both)["is_complete"]
    assert refusal(api(cast.desk_langley).post(PLAN, asked(cast, **whom))) == (404, "not_found")


@pytest.mark.parametrize("name", ["service_id", "clinic_ids", "practitioner_ids"])
def test_what_does_not_exist_is_not_found(cast: Cast, name: str) -> None:
    nobody = str(uuid.uuid4())
    body = asked(cast, **{name: nobody if name == "service_id" else [nobody]})
    assert refusal(api(cast.patient).post(PLAN, body)) == (404, "not_found")


def test_nonsense_is_refused(cast: Cast) -> None:
    def fault(**more: Any) -> dict[str, str]:
        return faults(api(cast.patient).post(PLAN, asked(cast, **more)))

    assert fault(max_gap_days=6) == {"/max_gap_days": "too_small"}
    assert fault(count=1) == {"/count": "too_small"}
    assert fault(count=21) == {"/count": "too_large"}
    assert fault(clinic_ids=[]) == {"/clinic_ids": "too_short"}
    assert fault(weekdays=[8]) == {"/weekdays/0": "too_large"}
    assert fault(day_parts=["night"]) == {"/day_parts/0": "not_a_choice"}

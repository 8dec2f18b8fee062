"""Why a start can be booked or not, and the next ones that can: the same answers as search and booking give."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.appointments.enums import RuleCode
from backend.clinics.models import Clinic, Closure
from backend.practitioners.models import TimeOff
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, refusal, wish
from tests.appointments.searching import days_of, starts_of
from tests.cast import FRI, MON, SAT, THU, TUE, WED, Cast
from tests.policy.traces import undone


def at(cast: Cast, weekday: Any = WED, time: str = "10:00", week: int = 2) -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=week)


def ask(client: ApiClient, cast: Cast, start: datetime, **more: Any) -> Any:
    plain = {name: str(value.pk) if hasattr(value, "pk") else value for name, value in more.items()}
    asked = {"service": "physio-follow-up", "clinic": str(cast.coquitlam.pk), "starts_at": start.isoformat(), **plain}
    return client.get("/v1/slots/explain", asked)


def told(client: ApiClient, cast: Cast, start: datetime, **more: Any) -> dict[str, Any]:
    answer = ask(client, cast, start, **more)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def refusing(body: dict[str, Any]) -> list[str]:
    return [rule["code"] for rule in body["rules"] if not rule["passes"]]


def test_a_free_start_passes_every_rule(cast: Cast) -> None:
    body = told(api(cast.patient), cast, at(cast))
    assert (body["bookable"], refusing(body)) == (True, [])
    assert {rule["code"] for rule in body["rules"]} == set(RuleCode.values) - {"hold_limit"}
    assert {(rule["detail"], rule["remedy"], rule["next_start_at"]) for rule in body["rules"]} == {(None, None, None)}


def test_each_rule_says_when_it_next_passes(cast: Cast) -> None:
    TimeOff.objects.create(
        practitioner=cast.ims,
        first_date=cast.day(cast.coquitlam, MON, week=2),
        last_date=cast.day(cast.coquitlam, WED, week=2),
        from_minute=0,
        until_minute=1440,
    )
    body = told(api(cast.patient), cast, at(cast, MON, "08:05"), practitioner=cast.ims)
    refused = {rule["code"]: rule["next_start_at"] for rule in body["rules"] if not rule["passes"]}
    assert {code: datetime.fromisoformat(start) for code, start in refused.items()} == {
        "off_grid": at(cast, MON, "08:15"),
        "outside_hours": at(cast, MON, "09:00"),
        "practitioner_away": at(cast, THU, "00:00"),
    }
    assert datetime.fromisoformat(body["next_start_at"]) == at(cast, MON, "09:00", week=3)
    assert body["practitioner_id"] == str(cast.ims.pk)


def test_without_a_practitioner_it_speaks_of_the_nearest_to_a_yes(cast: Cast) -> None:
    """On Thursdays `ims` is at Langley, and `physio` is merely taken."""
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at(cast, THU), practitioner_id=cast.physio)
    book(api(cast.parent), wanted)
    body = told(api(cast.patient), cast, at(cast, THU))
    assert (body["practitioner_id"], refusing(body)) == (str(cast.physio.pk), ["practitioner_busy"])
    nobody = told(api(cast.patient), cast, cast.at(cast.langley, MON, "10:00"), service="massage", clinic=cast.langley)
    assert (nobody["practitioner_id"], refusing(nobody)) == (None, ["not_offered"])


def test_nobody_learns_about_other_patients(cast: Cast) -> None:
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims)
    book(api(cast.parent), wanted)
    for client in (api(cast.patient), ApiClient()):
        body = told(client, cast, at(cast), practitioner=cast.ims)
        assert refusing(body) == ["practitioner_busy"]
        assert str(cast.parent.pk) not in str(body)
    own = told(api(cast.parent), cast, at(cast), practitioner=cast.physio)
    assert refusing(own) == ["patient_busy"]
    assert refusal(ask(api(cast.patient), cast, at(cast), patient=cast.parent)) == (404, "not_found")


def test_staff_are_told_what_they_may_set_aside(cast: Cast) -> None:
    odd = at(cast, time="10:05")
    for who, allowed in ((cast.desk_coquitlam, {"off_grid"}), (cast.desk_langley, set()), (cast.patient, set())):
        body = told(api(who), cast, odd)
        assert {rule["code"] for rule in body["rules"] if rule["can_override"]} == allowed


def test_a_visit_to_be_moved_is_not_in_its_own_way(cast: Cast) -> None:
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims)
    visit = book(api(cast.patient), wanted)
    quarter = at(cast, time="10:15")
    assert refusing(told(api(cast.patient), cast, quarter, practitioner=cast.ims)) == [
        "patient_busy",
        "practitioner_busy",
    ]
    assert told(api(cast.patient), cast, quarter, practitioner=cast.ims, appointment=visit["id"])["bookable"]


def test_it_is_told_in_french(cast: Cast) -> None:
    asked = {
        "service": "physio-follow-up",
        "clinic": str(cast.coquitlam.pk),
        "starts_at": at(cast, time="03:00").isoformat(),
    }
    answer = ApiClient().get("/v1/slots/explain", asked, headers={"Accept-Language": "fr"}).json()
    [rule] = [rule for rule in answer["rules"] if not rule["passes"]]
    assert rule["remedy"].startswith("Choisissez une heure pendant")


def test_its_codes_are_those_of_booking_and_of_search(cast: Cast) -> None:
    """The same start, asked of all three; what explain admits books, and is what search lists."""
    client, dice, seen = api(cast.cleared), random.Random(5), Counter[str]()
    book(client, wish(cast.ims_treatment, cast.coquitlam, at(cast)))
    book(api(cast.parent), wish(cast.physio_follow_up, cast.coquitlam, at(cast, TUE), practitioner_id=cast.ims))
    day = cast.day(cast.coquitlam, MON, week=3)
    Closure.objects.create(
        clinic=cast.coquitlam, first_date=day, last_date=day, from_minute=0, until_minute=1440, reason="x"
    )
    Clinic.objects.update(notice_minutes=60 * 24 * 3)
    asked = {"clinic": str(cast.coquitlam.pk), "from_date": str(cast.today(cast.coquitlam))}
    asked["to_date"] = str(cast.today(cast.coquitlam) + timedelta(days=35))
    for service in (cast.ims_treatment, cast.physio_follow_up):
        listed = set(starts_of(days_of(client, service=service.code, **asked)))
        for _ in range(25):
            weekday, week = dice.choice([MON, TUE, WED, THU, FRI, SAT]), dice.choice([0, 1, 2, 2, 3])
            start = at(
                cast,
                weekday,
                f"{dice.choice(['08', '09', '10', '16'])}:{dice.choice(['00', '15', '30', '40'])}",
                week,
            )
            body = told(client, cast, start, service=service.code)
            with undone():
                booked = client.post(VISITS, wish(service, cast.coquitlam, start), key="k")
            codes = [rule["code"] for rule in booked.json().get("rules", [])]
            assert refusing(body) == codes, f"{service.code} {start}"
            assert body["bookable"] == (booked.status_code == 201) == (start in listed), f"{service.code} {start}"
            seen.update(codes or ["bookable"])
    assert len(seen) > 4, "the starts were worth asking about"


def test_it_takes_as_many_statements_whoever_gives_it(cast: Cast) -> None:
    def count(**more: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            told(client, cast, at(cast), **more)
        return len(captured)

    client = api(cast.patient)
    assert count() == count(practitioner=cast.ims) == count(starts_at=at(cast, time="03:05").isoformat())


@pytest.mark.parametrize("field", ["service", "clinic", "starts_at"])
def test_what_it_needs(cast: Cast, field: str) -> None:
    asked = {"service": "massage", "clinic": str(cast.coquitlam.pk), "starts_at": at(cast).isoformat()}
    answer = ApiClient().get("/v1/slots/explain", {name: value for name, value in asked.items() if name != field})
    assert faults(answer) == {f"?{field}": "required"}


def test_the_next_starts_are_the_first_that_search_would_list(cast: Cast) -> None:
    client = api(cast.patient)
    answer = client.get("/v1/slots/next", {"service": "physio-follow-up", "count": 20}).json()
    first = cast.now.date()
    listed = starts_of(
        days_of(client, service="physio-follow-up", from_date=str(first), to_date=str(first + timedelta(14)))
    )
    starts = [datetime.fromisoformat(one["starts_at"]) for one in answer["results"]]
    assert len(starts) == 20
    assert starts == sorted(starts)
    assert set(starts) <= set(listed)
    assert max(starts) <= sorted(listed)[19]


def test_the_next_start_is_found_though_it_is_months_away(cast: Cast) -> None:
    today = cast.today(cast.coquitlam)
    Closure.objects.create(
        clinic=cast.coquitlam,
        first_date=today - timedelta(days=1),
        last_date=today + timedelta(days=150),
        from_minute=0,
        until_minute=1440,
        reason="works",
    )
    query = {"service": "massage", "count": 2, "clinic": str(cast.coquitlam.pk)}
    found = ApiClient().get("/v1/slots/next", query).json()["results"]
    assert [datetime.fromisoformat(one["starts_at"]).date() > today + timedelta(days=150) for one in found] == [
        True
    ] * 2
    Closure.objects.update(last_date=today + timedelta(days=700))
    assert ApiClient().get("/v1/slots/next", query).json()["results"] == []
    assert faults(ApiClient().get("/v1/slots/next", {**query, "count": 51})) == {"?count": "too_large"}


def test_nothing_is_next_without_a_clearance_and_the_gate_says_why(cast: Cast) -> None:
    answer = api(cast.patient).get("/v1/slots/next", {"service": "ims-treatment"}).json()
    assert (answer["results"], answer["gate"]["code"]) == ([], "assessment_needed")
    assert api(cast.cleared).get("/v1/slots/next", {"service": "ims-treatment"}).json()["results"]

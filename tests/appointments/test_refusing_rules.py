"""What booking tells of a start that rules refuse: why, what would help, and when each next admits one."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.appointments.calls import HOLDS, VISITS, api, book, refusal, rules, travel, wish
from tests.cast import SUN, THU, TUE, WED, Cast

REFUSED = (422, "slot_not_bookable")


def at(cast: Cast, weekday: Any = TUE, time: str = "10:00", week: int = 2) -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=week)


def next_start(answer: Any) -> dict[str, datetime | None]:
    assert refusal(answer) == REFUSED
    told = answer.json()["rules"]
    assert all(rule["remedy"] for rule in told)
    starts = {rule["code"]: rule["next_start_at"] for rule in told}
    return {code: start and datetime.fromisoformat(start) for code, start in starts.items()}


def test_spacing_tells_the_first_date(cast: Cast) -> None:
    client = api(cast.cleared)
    book(client, wish(cast.ims_treatment, cast.coquitlam, at(cast)))
    refused = client.post(VISITS, wish(cast.ims_treatment, cast.coquitlam, at(cast, WED)), key="k")
    [(code, start)] = next_start(refused).items()
    assert code == "spacing_too_short"
    assert start
    assert refused.json()["rules"][0]["next_start_at"][:10] == str(cast.day(cast.coquitlam, TUE, week=3))
    assert refused.json()["rules"][0]["next_start_at"][-6:] == "-07:00"


def test_too_soon_tells_when_the_notice_ends(cast: Cast) -> None:
    travel(to=at(cast, THU) - timedelta(minutes=91))
    refused = api(cast.patient).post(HOLDS, wish(cast.physio_follow_up, cast.coquitlam, at(cast, THU)))
    assert next_start(refused) == {"too_soon": at(cast, THU, "10:30")}
    assert refused.json()["rules"][0]["remedy"] == "Choose a later time, or call the clinic."


def test_a_move_that_is_refused_tells_it_too(cast: Cast) -> None:
    client = api(cast.patient)
    visit = book(client, wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.physio))
    odd = {"starts_at": at(cast, WED, "10:05").isoformat()}
    assert next_start(client.post(f"{VISITS}/{visit['id']}/reschedule", odd)) == {"off_grid": at(cast, WED, "10:15")}


def test_each_rule_has_a_next_start_of_its_own(cast: Cast) -> None:
    refused = api(cast.patient).post(HOLDS, wish(cast.ims_treatment, cast.coquitlam, at(cast, SUN, "10:00")))
    told = next_start(refused)
    assert told["assessment_needed"] is None, "no start helps"
    assert told["outside_hours"]


def test_what_is_about_the_caller_costs_no_search(cast: Cast) -> None:
    client = api(cast.patient)
    held = client.post(HOLDS, wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims)).json()
    client.delete(f"{HOLDS}/{held['id']}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = client.post(HOLDS, wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims))
    assert (rules(again), next_start(again)) == (["hold_limit"], {"hold_limit": None})
    assert sum("domain_now()" in one["sql"] and "'busy'" in one["sql"] for one in asked.captured_queries) == 1

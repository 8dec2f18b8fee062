"""What follows when an assessment no longer finds a candidate: the clearance ends, visits stay, somebody is asked."""

from datetime import timedelta
from typing import Any

import pytest

from backend.patients.models import Clearance
from backend.tasks.models import Task
from tests.appointments.calls import VISITS, api, book, refusal, rules, wish
from tests.appointments.rows import change
from tests.care.assessments import signed
from tests.cast import TUE, Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessed(cast: Cast) -> dict[str, Any]:
    """The patient was found a candidate."""
    return signed(cast, cast.patient)


@pytest.fixture
def visit(cast: Cast, assessed: dict[str, Any]) -> dict[str, Any]:
    """And booked the treatment."""
    at = cast.at(cast.coquitlam, TUE, "10:00")
    return book(api(cast.patient), wish(cast.ims_treatment, cast.coquitlam, at, practitioner_id=cast.ims))


def amend(cast: Cast, assessed: dict[str, Any], **changes: str) -> dict[str, Any]:
    body = {**changes, "reason": "New findings."}
    answer = api(cast.ims).post(f"/v1/assessments/{assessed['id']}/amend", body)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def at_risk(cast: Cast) -> list[tuple[str, list[str]]]:
    listed = api(cast.desk_coquitlam).get(f"/v1/clinics/{cast.coquitlam.pk}/at-risk").json()["results"]
    return [(one["appointment_id"], one["rules"]) for one in listed]


def eligibility(cast: Cast) -> dict[str, Any]:
    found: dict[str, Any] = (
        api(cast.patient).get(f"/v1/patients/{cast.patient.pk}/eligibility", {"service": "ims-treatment"}).json()
    )
    return found


def test_a_reversal_ends_the_clearance_and_flags_visits_but_cancels_none(
    cast: Cast, assessed: dict[str, Any], visit: dict[str, Any]
) -> None:
    run_jobs()
    assert at_risk(cast) == []
    amended = amend(cast, assessed, outcome="refer_on")
    assert (amended["clearance_until_date"], amended["current"]["outcome"]) == (None, "refer_on")
    run_jobs()
    assert at_risk(cast) == [(visit["id"], ["assessment_needed"])]
    [task] = Task.objects.filter(kind="visit_at_risk", status="open")
    assert str(task.appointment_id) == visit["id"]
    assert "refer" not in task.text
    assert api(cast.patient).get(f"{VISITS}/{visit['id']}").json()["status"] == "booked"
    told = eligibility(cast)
    assert (told["gate"]["status"], told["assessment"]) == ("needs_assessment", "not_cleared")
    ended = Clearance.objects.get(patient=cast.patient)
    assert (ended.ended_reason, ended.ended_at is None) == ("reversed", False)


def test_nobody_is_checked_in_or_moved_after_a_reversal(
    cast: Cast, assessed: dict[str, Any], visit: dict[str, Any]
) -> None:
    amend(cast, assessed, outcome="not_a_candidate")
    refused = api(cast.desk_coquitlam).post(f"{VISITS}/{visit['id']}/check-in")
    assert (refusal(refused), rules(refused)) == ((422, "check_in_refused"), ["assessment_needed"])
    later = cast.at(cast.coquitlam, TUE, "10:00", week=2).isoformat()
    moved = api(cast.patient).post(f"{VISITS}/{visit['id']}/reschedule", {"starts_at": later})
    assert rules(moved) == ["assessment_needed"]


def test_a_second_thought_clears_anew_and_covers_the_visit_again(
    cast: Cast, assessed: dict[str, Any], visit: dict[str, Any]
) -> None:
    amend(cast, assessed, outcome="not_a_candidate")
    again = amend(cast, assessed, outcome="candidate", region="hip")
    assert (again["current"]["number"], again["clearance_until_date"] is None) == (3, False)
    assert at_risk(cast) == []
    rows = Clearance.objects.filter(patient=cast.patient).order_by("pk")
    assert [(row.region, row.ended_reason) for row in rows] == [("lower_back", "reversed"), ("hip", "")]
    assert eligibility(cast)["gate"]["status"] == "open"


def test_a_later_assessment_of_the_same_region_overrules_an_earlier_one(cast: Cast, visit: dict[str, Any]) -> None:
    signed(cast, cast.patient, region="neck", outcome="not_a_candidate")
    assert at_risk(cast) == []
    signed(cast, cast.patient, outcome="not_a_candidate")
    assert at_risk(cast) == [(visit["id"], ["assessment_needed"])]


def test_the_last_day_of_a_clearance_is_a_good_day_and_the_next_is_not(
    cast: Cast, assessed: dict[str, Any], visit: dict[str, Any]
) -> None:
    day, clearance = cast.day(cast.coquitlam, TUE), Clearance.objects.get(patient=cast.patient)
    change(clearance, valid_until=day - timedelta(days=1))
    assert at_risk(cast) == [(visit["id"], ["assessment_needed"])]
    refused = api(cast.desk_coquitlam).post(f"{VISITS}/{visit['id']}/check-in")
    assert rules(refused) == ["assessment_needed"]
    change(clearance, valid_until=day)
    assert at_risk(cast) == []
    assert api(cast.desk_coquitlam).post(f"{VISITS}/{visit['id']}/check-in").status_code == 200


def test_a_clearance_that_has_run_out_leads_to_a_new_assessment(cast: Cast, assessed: dict[str, Any]) -> None:
    yesterday = cast.today(cast.coquitlam) - timedelta(days=1)
    change(Clearance.objects.get(patient=cast.patient), valid_from=yesterday, valid_until=yesterday)
    told = eligibility(cast)
    assert (told["assessment"], told["next_operation_id"]) == ("to_book", "listSlots")

"""Opening hours and closures, by the clock on the wall."""

from typing import Any

import pytest

from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic, Closure, OpeningHours
from tests.api_client import ApiClient
from tests.cast import MON, SUN, TUE, Cast
from tests.clinics.test_setup_clinics import as_patient, book, first_error, refusal


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.manager_coquitlam)


@pytest.fixture
def hours(cast: Cast) -> str:
    return f"/v1/clinics/{cast.coquitlam.id}/opening-hours"


@pytest.fixture
def closures(cast: Cast) -> str:
    return f"/v1/clinics/{cast.coquitlam.id}/closures"


def test_a_day_may_have_several_spans(manager: ApiClient, hours: str, cast: Cast) -> None:
    for from_time, until_time in (("10:00", "12:30"), ("13:00", "24:00")):
        span = {"weekday": SUN, "from_time": from_time, "until_time": until_time, "valid_from": "2026-01-01"}
        made = manager.post(hours, span)
        assert made.status_code == 201, made.content
        body = made.json()
        assert {name: body[name] for name in span} == span
        assert (body["valid_until"], body["affected_appointments"]) == (None, [])
        assert manager.get(made["Location"])["ETag"] == made["ETag"]
    shown = ApiClient().get(f"/v1/clinics/{cast.coquitlam.id}").json()["opening_hours"]
    assert [(one["from_time"], one["until_time"]) for one in shown if one["weekday"] == 7] == [
        ("10:00", "12:30"),
        ("13:00", "24:00"),
    ]


def test_hours_hold_from_today_unless_told(manager: ApiClient, hours: str, cast: Cast) -> None:
    made = manager.post(hours, {"weekday": SUN, "from_time": "00:00", "until_time": "01:00"})
    assert made.json()["valid_from"] == cast.today(cast.coquitlam).isoformat()


def test_spans_of_the_same_dates_do_not_overlap(manager: ApiClient, hours: str) -> None:
    late = {"weekday": MON, "from_time": "17:59", "until_time": "20:00", "valid_from": "2026-01-01"}
    answer = manager.post(hours, late)
    assert (answer.json()["code"], *first_error(answer)) == ("already_exists", 409, "/from_time", "taken")
    assert manager.post(hours, {**late, "from_time": "18:00"}).status_code == 201
    [other] = [one for one in manager.get(hours).json()["results"] if one["weekday"] == TUE]
    moved = manager.patch(f"/v1/opening-hours/{other['id']}", {"weekday": MON}, if_match=other["etag"])
    assert (moved.json()["code"], *first_error(moved)) == ("already_exists", 409, "/from_time", "taken")


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("from_time", "9:00", "/from_time"),
        ("from_time", "25:00", "/from_time"),
        ("until_time", "24:01", "/until_time"),
        ("until_time", "09:60", "/until_time"),
        ("until_time", "00:00", "/until_time"),
        ("from_time", 540, "/from_time"),
        ("weekday", 0, "/weekday"),
        ("valid_until", "2025-12-31", "/valid_until"),
    ],
)
def test_hours_that_no_clock_shows_are_refused(
    manager: ApiClient, hours: str, field: str, value: object, pointer: str
) -> None:
    span = {"weekday": SUN, "from_time": "09:00", "until_time": "10:00", "valid_from": "2026-01-01"}
    assert first_error(manager.post(hours, {**span, field: value}))[:2] == (400, pointer)
    assert not OpeningHours.objects.filter(weekday=SUN).exists()


def test_hours_are_changed_and_removed_and_say_what_they_break(manager: ApiClient, hours: str, cast: Cast) -> None:
    visit = book(cast)
    [monday] = [one for one in manager.get(hours).json()["results"] if one["weekday"] == MON]
    path = f"/v1/opening-hours/{monday['id']}"
    asked = manager.call("DELETE", path, query={"dry_run": "true"}, if_match=monday["etag"])
    assert [one["appointment_id"] for one in asked.json()["affected_appointments"]] == [visit]
    later = manager.patch(path, {"from_time": "10:15"}, if_match=monday["etag"])
    assert [one["rules"] for one in later.json()["affected_appointments"]] == [["outside_hours"]]
    assert refusal(manager.delete(path, if_match=monday["etag"])) == (412, "etag_mismatch")
    gone = manager.delete(path, if_match=later.json()["etag"])
    assert (gone.status_code, gone.json()) == (200, {"affected_appointments": []}), "it was not covered before either"
    assert manager.get(path).status_code == 404
    changed, removed = AuditEntry.objects.filter(subject_type="opening_hours").order_by("at")
    assert (changed.before, changed.after) == ({"from_minute": 480}, {"from_minute": 615})
    assert (removed.action, removed.before["from_minute"], removed.after) == ("opening_hours.removed", 615, {})


def test_an_order_is_kept_by_changes_too(manager: ApiClient, hours: str) -> None:
    one = manager.get(hours).json()["results"][0]
    answer = manager.patch(f"/v1/opening-hours/{one['id']}", {"until_time": "08:00"}, if_match=one["etag"])
    assert first_error(answer) == (400, "/until_time", "too_small")


def test_hours_of_others_are_as_if_absent(cast: Cast) -> None:
    other = ApiClient().as_(cast.manager_langley)
    row = OpeningHours.objects.filter(clinic=cast.coquitlam).first()
    assert row
    path = f"/v1/opening-hours/{row.pk}"
    assert refusal(other.get(path)) == refusal(other.delete(path, if_match="*")) == (404, "not_found")
    assert refusal(other.patch(path, {"weekday": 2}, if_match="*")) == (404, "not_found")
    body = {"weekday": SUN, "from_time": "09:00", "until_time": "10:00"}
    refused = other.post(f"/v1/clinics/{cast.coquitlam.id}/opening-hours", body)
    assert refusal(refused) == (403, "permission_denied")


def test_a_closure_says_which_visits_it_breaks(manager: ApiClient, closures: str, cast: Cast) -> None:
    visit, monday = book(cast), cast.day(cast.coquitlam, MON)
    wanted = {"first_date": monday, "from_time": "10:00", "until_time": "11:00", "reason": "Fire drill"}
    asked = manager.call("POST", closures, wanted, query={"dry_run": "true"})
    assert [one["appointment_id"] for one in asked.json()["affected_appointments"]] == [visit]
    assert not Closure.objects.exists()
    made = manager.post(closures, wanted)
    assert (made.status_code, made.json()["last_date"]) == (201, monday.isoformat())
    assert made.json()["affected_appointments"] == asked.json()["affected_appointments"]
    [listed] = manager.get(closures).json()["results"]
    assert listed == {name: value for name, value in made.json().items() if name != "affected_appointments"}
    longer = manager.patch(made["Location"], {"until_time": "24:00", "reason": "Fire"}, if_match=listed["etag"])
    assert longer.json()["affected_appointments"] == []
    assert manager.delete(made["Location"], if_match=longer.json()["etag"]).json() == {"affected_appointments": []}
    assert not Closure.objects.exists()
    told = AuditEntry.objects.filter(subject_type="closure").order_by("at")
    assert [entry.action for entry in told] == ["closure.created", "closure.changed", "closure.removed"]
    booked = as_patient(cast).get(f"/v1/appointments/{visit}").json()
    assert booked["status"] == "booked"


def test_a_dry_run_does_not_use_up_a_key(manager: ApiClient, closures: str, cast: Cast) -> None:
    wanted = {"first_date": cast.day(cast.coquitlam, MON), "reason": "Flood"}
    first, again = (manager.call("POST", closures, wanted, query={"dry_run": "true"}, key="k") for _ in range(2))
    assert first.json() == again.json()
    assert refusal(manager.post(closures, wanted, key="k")) == (422, "idempotency_key_reused")
    assert not Closure.objects.exists()


def close_bc(client: ApiClient, cast: Cast, *days: object, **more: Any) -> Any:
    body = {"province": "BC", "dates": [str(day) for day in days], "reason": "Family Day"}
    return client.call("POST", "/v1/closures", {**body, **more.pop("body", {})}, **more)


def test_a_province_closes_on_its_holidays(cast: Cast) -> None:
    owner, visit = ApiClient().as_(cast.owner), book(cast)
    monday, tuesday = (cast.day(cast.coquitlam, day) for day in (MON, TUE))
    Closure.objects.create(clinic=cast.langley, first_date=monday, last_date=monday, reason="Works")
    asked = close_bc(owner, cast, tuesday, monday, query={"dry_run": "true"}).json()
    assert Closure.objects.count() == 1
    made = close_bc(owner, cast, tuesday, monday, monday).json()
    assert made["affected_appointments"] == asked["affected_appointments"]
    assert [one["appointment_id"] for one in made["affected_appointments"]] == [visit]
    assert [(one["clinic_id"], one["first_date"]) for one in made["closures"]] == [
        (str(cast.coquitlam.id), monday.isoformat()),
        (str(cast.coquitlam.id), tuesday.isoformat()),
        (str(cast.langley.id), tuesday.isoformat()),
    ]
    assert close_bc(owner, cast, tuesday, monday).json() == {"closures": [], "affected_appointments": []}
    assert not Closure.objects.filter(clinic=cast.toronto).exists()
    assert AuditEntry.objects.filter(action="closure.created", actor_id=cast.owner.id).count() == 3


def test_a_province_is_closed_as_far_as_one_manages_it(cast: Cast, manager: ApiClient) -> None:
    day = cast.day(cast.coquitlam, MON)
    made = close_bc(manager, cast, day).json()["closures"]
    assert [one["clinic_id"] for one in made] == [str(cast.coquitlam.id)]
    nowhere = close_bc(manager, cast, day, body={"province": "ON"})
    assert first_error(nowhere) == (400, "/province", "not_found")
    Clinic.objects.filter(pk=cast.coquitlam.pk).update(is_active=False)
    assert first_error(close_bc(manager, cast, day)) == (400, "/province", "not_found")
    assert refusal(close_bc(ApiClient().as_(cast.desk_coquitlam), cast, day)) == (403, "permission_denied")

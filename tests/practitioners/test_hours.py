"""Working hours, extra hours and time off, by the clock on the clinic's wall."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.audit.models import AuditEntry
from backend.practitioners.models import Practitioner, WorkingHours
from tests.api_client import ApiClient
from tests.cast import MON, SAT, THU, TUE, Cast
from tests.practitioners.calls import book, broken, refusal, signed_in


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return signed_in(cast.manager_coquitlam)


@pytest.fixture
def langley(cast: Cast) -> ApiClient:
    return signed_in(cast.manager_langley)


def of(person: Practitioner, part: str = "working-hours") -> str:
    return f"/v1/practitioners/{person.pk}/{part}"


def span(cast: Cast, **other: Any) -> dict[str, Any]:
    return {"clinic_id": str(cast.coquitlam.pk), "weekday": SAT, "from_time": "09:00", "until_time": "12:30", **other}


def test_hours_hold_from_today_there_unless_told(cast: Cast, manager: ApiClient) -> None:
    made = manager.post(of(cast.ims), span(cast))
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["valid_from"], body["valid_until"]) == (cast.today(cast.coquitlam).isoformat(), None)
    assert (body["until_time"], body["affected_appointments"]) == ("12:30", [])
    assert manager.get(made["Location"])["ETag"] == made["ETag"]
    afternoon = span(cast, from_time="12:30", until_time="24:00", valid_until="2099-12-31")
    assert manager.post(of(cast.ims), afternoon).status_code == 201
    with CaptureQueriesContext(connection) as few:
        manager.get(of(cast.ims), {"limit": 1})
    with CaptureQueriesContext(connection) as many:
        assert len(manager.get(of(cast.ims)).json()["results"]) == 7
    assert len(few) == len(many)
    assert AuditEntry.objects.filter(action="working_hours.created", clinic_id=cast.coquitlam.pk).count() == 2


def test_nobody_works_at_two_clinics_at_once(cast: Cast, manager: ApiClient) -> None:
    taken = (409, "already_exists", "/from_time", "taken")
    assert refusal(manager.post(of(cast.ims), span(cast, weekday=THU))) == taken, "Thursdays at Langley"
    assert manager.post(of(cast.ims), span(cast, weekday=THU, from_time="08:00", until_time="09:00")).status_code == 201
    own = WorkingHours.objects.get(practitioner=cast.ims, weekday=TUE)
    moved = manager.patch(f"/v1/working-hours/{own.pk}", {"weekday": THU}, if_match="*")
    assert refusal(moved) == taken


@pytest.mark.parametrize(
    ("field", "value", "pointer", "code"),
    [
        ("from_time", "9:00", "/from_time", "invalid"),
        ("until_time", "09:00", "/until_time", "too_small"),
        ("valid_until", "2000-01-01", "/valid_until", "too_small"),
        ("weekday", 8, "/weekday", "too_large"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    cast: Cast, manager: ApiClient, field: str, value: object, pointer: str, code: str
) -> None:
    answer = manager.post(of(cast.ims), span(cast, **{field: value}))
    assert refusal(answer) == (400, "validation_failed", pointer, code)


def test_hours_belong_to_who_plans_the_clinic(cast: Cast, manager: ApiClient, langley: ApiClient) -> None:
    there = WorkingHours.objects.filter(practitioner=cast.ims, clinic=cast.langley).first()
    assert there
    path = f"/v1/working-hours/{there.pk}"
    assert manager.get(path).status_code == 200
    assert manager.patch(path, {"until_time": "16:00"}, if_match="*").status_code == 403
    assert manager.delete(path, if_match="*").status_code == 403
    assert manager.post(of(cast.ims), span(cast, clinic_id=str(cast.langley.pk))).status_code == 403
    assert langley.post(of(cast.physio), span(cast, clinic_id=str(cast.langley.pk))).status_code == 403
    owner = signed_in(cast.owner)
    unplaced = owner.post(of(cast.physio), span(cast, clinic_id=str(cast.langley.pk)))
    assert refusal(unplaced) == (400, "validation_failed", "/clinic_id", "not_found")
    own = WorkingHours.objects.filter(practitioner=cast.physio).first()
    assert own
    assert langley.get(f"/v1/working-hours/{own.pk}").status_code == 404
    assert langley.delete(f"/v1/working-hours/{own.pk}", if_match="*").status_code == 404
    practitioner, desk = signed_in(cast.physio), signed_in(cast.desk_coquitlam)
    for client in (practitioner, desk):
        assert client.get(of(cast.physio)).status_code == 200
        assert client.post(of(cast.physio), span(cast)).status_code == 403


def test_shorter_hours_name_the_visits_outside(cast: Cast, manager: ApiClient) -> None:
    visit = book(cast)
    path = f"/v1/working-hours/{WorkingHours.objects.get(practitioner=cast.ims, weekday=MON).pk}"
    etag = manager.get(path)["ETag"]
    asked = manager.patch(f"{path}?dry_run=true", {"from_time": "10:15"}, if_match=etag)
    assert broken(asked) == [(visit, ["outside_hours"])]
    assert manager.get(path)["ETag"] == etag
    assert broken(manager.patch(path, {"from_time": "10:15"}, if_match=etag)) == broken(asked)
    entry = AuditEntry.objects.get(action="working_hours.changed")
    assert (entry.before, entry.after) == ({"from_minute": 540}, {"from_minute": 615})
    assert manager.patch(path, {"from_time": "11:00"}, if_match=etag).status_code == 412
    assert broken(manager.delete(path, if_match="*")) == [], "it was outside already"
    assert manager.get(path).status_code == 404


def test_removed_hours_name_the_visits_outside(cast: Cast, manager: ApiClient) -> None:
    visit = book(cast)
    path = f"/v1/working-hours/{WorkingHours.objects.get(practitioner=cast.ims, weekday=MON).pk}"
    assert broken(manager.delete(path, if_match="*")) == [(visit, ["outside_hours"])]


def test_extra_hours_open_a_day_and_close_it_again(cast: Cast, manager: ApiClient) -> None:
    monday = cast.day(cast.coquitlam, MON).isoformat()
    early = {"clinic_id": str(cast.coquitlam.pk), "date": monday, "from_time": "08:00", "until_time": "09:00"}
    made = manager.post(of(cast.ims, "extra-hours"), early)
    assert (made.status_code, made.json()["affected_appointments"]) == (201, [])
    visit = book(cast, time="08:00")
    assert [one["date"] for one in manager.get(of(cast.ims, "extra-hours")).json()["results"]] == [monday]
    assert manager.get(made["Location"])["ETag"] == made["ETag"]
    assert broken(manager.delete(made["Location"], if_match=made["ETag"])) == [(visit, ["outside_hours"])]
    backwards = manager.post(of(cast.ims, "extra-hours"), {**early, "until_time": "08:00"})
    assert refusal(backwards) == (400, "validation_failed", "/until_time", "too_small")


def test_extra_hours_are_not_at_two_clinics_at_once(cast: Cast, manager: ApiClient, langley: ApiClient) -> None:
    taken = (409, "already_exists", "/from_time", "taken")
    path, thursday = of(cast.ims, "extra-hours"), cast.day(cast.coquitlam, THU).isoformat()
    extra = {"clinic_id": str(cast.coquitlam.pk), "date": thursday, "from_time": "16:00", "until_time": "18:00"}
    assert refusal(manager.post(path, extra)) == taken, "Thursdays until five at Langley"
    evening = {**extra, "from_time": "17:00"}
    assert manager.post(path, evening).status_code == 201
    there = {**evening, "clinic_id": str(cast.langley.pk), "from_time": "16:30"}
    assert refusal(langley.post(path, there)) == taken, "extra hours against extra hours"
    assert langley.post(path, {**there, "until_time": "17:00"}).status_code == 201, "within the weekly ones there"
    assert manager.post(path, {**evening, "from_time": "17:30"}).status_code == 201, "more of the same clinic"


def test_weekly_hours_leave_extra_hours_elsewhere_alone(cast: Cast, manager: ApiClient, langley: ApiClient) -> None:
    taken = (409, "already_exists", "/from_time", "taken")
    date = cast.day(cast.coquitlam, SAT)
    extra = {"clinic_id": str(cast.langley.pk), "date": date.isoformat(), "from_time": "12:00", "until_time": "14:00"}
    assert langley.post(of(cast.ims, "extra-hours"), extra).status_code == 201
    assert refusal(manager.post(of(cast.ims), span(cast))) == taken
    later = span(cast, valid_from=(date + timedelta(1)).isoformat())
    assert manager.post(of(cast.ims), later).status_code == 201, "from the next week on"
    earlier = span(cast, valid_until=(date - timedelta(1)).isoformat())
    assert manager.post(of(cast.ims), earlier).status_code == 201
    only = {"valid_from": date.isoformat(), "valid_until": date.isoformat()}
    morning = manager.post(of(cast.ims), span(cast, **only, until_time="12:00"))
    assert morning.status_code == 201, "until they meet"
    longer = manager.patch(morning["Location"], {"until_time": "12:15"}, if_match="*")
    assert refusal(longer) == taken


def test_time_off_names_the_visits_that_fall_into_it(cast: Cast, manager: ApiClient) -> None:
    visit, monday = book(cast), cast.day(cast.coquitlam, MON).isoformat()
    path = of(cast.ims, "time-off")
    asked = manager.post(f"{path}?dry_run=true", {"first_date": monday, "reason": "Flu"})
    assert broken(asked) == [(visit, ["practitioner_away"])]
    assert manager.get(path).json()["results"] == []
    made = manager.post(path, {"first_date": monday, "reason": "Flu"})
    assert broken(made) == broken(asked)
    body = made.json()
    assert (body["clinic_id"], body["last_date"], body["from_time"], body["until_time"]) == (
        None,
        monday,
        "00:00",
        "24:00",
    )
    freed = manager.patch(made["Location"], {"from_time": "12:00"}, if_match=made["ETag"])
    assert (broken(freed), freed.json()["from_time"]) == ([], "12:00")
    again = manager.patch(made["Location"], {"from_time": "00:00"}, if_match=freed["ETag"])
    assert broken(again) == [(visit, ["practitioner_away"])]
    assert broken(manager.delete(made["Location"], if_match=again["ETag"])) == []
    assert manager.get(made["Location"]).status_code == 404


def test_time_off_everywhere_is_entered_by_any_manager(cast: Cast, manager: ApiClient, langley: ApiClient) -> None:
    visit, monday = book(cast), cast.day(cast.coquitlam, MON).isoformat()
    everywhere = langley.post(of(cast.ims, "time-off"), {"first_date": monday})
    assert broken(everywhere) == [(visit, ["practitioner_away"])]
    assert everywhere.json()["affected_appointments"][0]["patient_name"] == ""
    assert manager.delete(everywhere["Location"], if_match="*").status_code == 200
    here = {"first_date": monday, "clinic_id": str(cast.coquitlam.pk)}
    assert langley.post(of(cast.ims, "time-off"), here).status_code == 403
    made = manager.post(of(cast.ims, "time-off"), here)
    assert langley.patch(made["Location"], {"reason": "?"}, if_match="*").status_code == 403
    unknown = {**here, "last_date": "2000-01-01"}
    assert refusal(manager.post(of(cast.ims, "time-off"), unknown))[1:3] == ("validation_failed", "/last_date")
